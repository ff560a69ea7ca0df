import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

const modeExternal = 1
const customCamera = 3

/** OSL scripts of shader nodes; the other mode takes a Text data-block. */
export const oslScript: ReferenceKind = {
  kind: 'osl_script',
  structs: ['NodeShaderScript'],
  find(view) {
    if (view.int('mode') !== modeExternal) return []
    const stored = new BlendPath(view.chars('filepath'))
    return [{ type: 'ShaderNodeScript', field: 'NodeShaderScript.filepath', stored, expansion: { how: 'file' } }]
  },
}

/** OSL cameras (from 5.0). */
export const oslCamera: ReferenceKind = {
  kind: 'osl_script',
  structs: ['Camera'],
  find(view) {
    if (view.int('custom_mode') !== modeExternal) return []
    const stored = new BlendPath(view.chars('custom_filepath'))
    const optional = view.int('type') !== customCamera
    return [{ type: 'Camera', field: 'custom_filepath', stored, expansion: { how: 'file' }, optional }]
  },
}
