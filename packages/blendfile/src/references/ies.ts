import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

const modeExternal = 1

/** IES light profiles of shader nodes; the other mode takes a Text data-block. */
export const ies: ReferenceKind = {
  kind: 'ies',
  structs: ['NodeShaderTexIES'],
  find(view) {
    if (view.int('mode') !== modeExternal) return []
    return [{ type: 'ShaderNodeTexIES', ...pathIn(view, 'filepath'), expansion: { how: 'file' } }]
  },
}
