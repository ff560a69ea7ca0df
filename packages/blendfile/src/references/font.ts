import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** Fonts of text objects and strips. `<builtin>` is Blender's own. */
export const font: ReferenceKind = {
  kind: 'font',
  structs: ['VFont'],
  find(view) {
    const stored = new BlendPath(view.chars('name'))
    if (stored.toString() === '<builtin>') return []
    const packed = view.pointer('packedfile') !== null
    return [{ type: 'VectorFont', field: 'name', stored, expansion: { how: 'file' }, packed }]
  },
}
