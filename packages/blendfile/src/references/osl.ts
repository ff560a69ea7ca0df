import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

const modeExternal = 1
const customCamera = 3

/** OSL scripts of shader nodes; the other mode takes a Text data-block. */
export const oslScript: ReferenceKind = {
  kind: 'osl_script',
  structs: ['NodeShaderScript'],
  find(view) {
    if (view.int('mode') !== modeExternal) return []
    return [{ type: 'ShaderNodeScript', ...pathIn(view, 'filepath'), expansion: { how: 'file' } }]
  },
}

/** OSL cameras (from 5.0). */
export const oslCamera: ReferenceKind = {
  kind: 'osl_script',
  structs: ['Camera'],
  find(view) {
    if (view.int('custom_mode') !== modeExternal) return []
    const optional = view.int('type') !== customCamera
    return [{ type: 'Camera', ...pathIn(view, 'custom_filepath'), expansion: { how: 'file' }, optional }]
  },
}
