import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** Fonts of text objects and strips. `<builtin>` is Blender's own. */
export const font: ReferenceKind = {
  kind: 'font',
  structs: ['VFont'],
  find(view) {
    const path = pathIn(view, 'name')
    if (path.stored.toString() === '<builtin>') return []
    const packed = view.pointer('packedfile') !== null
    return [{ type: 'VectorFont', ...path, expansion: { how: 'file' }, packed }]
  },
}
