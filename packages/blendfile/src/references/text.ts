import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** Text data-blocks that came from a file. Their lines are in the .blend too, which is what scripts and nodes use. */
export const text: ReferenceKind = {
  kind: 'text',
  structs: ['Text'],
  async find(view, site) {
    const path = await site.scope.text(view.pointer('name'))
    if (path === undefined) return []
    const stored = new BlendPath(path)
    return [{ type: 'Text', field: 'name', stored, expansion: { how: 'file' }, optional: true }]
  },
}
