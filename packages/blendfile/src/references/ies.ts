import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

const modeExternal = 1

/** IES light profiles of shader nodes; the other mode takes a Text data-block. */
export const ies: ReferenceKind = {
  kind: 'ies',
  structs: ['NodeShaderTexIES'],
  find(view) {
    if (view.int('mode') !== modeExternal) return []
    const stored = new BlendPath(view.chars('filepath'))
    return [{ type: 'ShaderNodeTexIES', field: 'NodeShaderTexIES.filepath', stored, expansion: { how: 'file' } }]
  },
}
