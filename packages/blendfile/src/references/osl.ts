import type { ReferenceKind } from './reference.ts'
import { BlendPath } from '../path/blend-path.ts'
import { encodePathText } from '../path/path-text.ts'
import { pathIn } from './stored-path.ts'

const modeExternal = 1
const customCamera = 3

/**
 * OSL scripts of shader nodes; the other mode takes a Text data-block. Cycles takes the compiled script beside it (`.oso`)
 * when that is newer, else compiles it there.
 */
export const oslScript: ReferenceKind = {
  kind: 'osl_script',
  structs: ['NodeShaderScript'],
  find(view) {
    if (view.int('mode') !== modeExternal) return []
    const path = pathIn(view, 'filepath')
    return [{ type: 'ShaderNodeScript', ...path, expansion: { how: 'file', ...compiled(path.stored) } }]
  },
}

/** OSL cameras (from 5.0). */
export const oslCamera: ReferenceKind = {
  kind: 'osl_script',
  structs: ['Camera'],
  find(view) {
    if (view.int('custom_mode') !== modeExternal) return []
    const optional = view.int('type') !== customCamera
    const path = pathIn(view, 'custom_filepath')
    return [{ type: 'Camera', ...path, expansion: { how: 'file', ...compiled(path.stored) }, optional }]
  },
}

function compiled(source: BlendPath): { also?: BlendPath } {
  const text = source.toString()
  return text.endsWith('.osl') ? { also: new BlendPath(encodePathText(text.replace(/osl$/, 'oso'))) } : {}
}
