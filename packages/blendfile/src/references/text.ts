import type { ReferenceKind } from './reference.ts'
import { pathAt } from './stored-path.ts'

/** Text data-blocks that came from a file. Their lines are in the .blend too, which is what scripts and nodes use. */
export const text: ReferenceKind = {
  kind: 'text',
  structs: ['Text'],
  async find(view, site) {
    const path = await pathAt(site.scope, view, 'name')
    return path === undefined ? [] : [{ type: 'Text', ...path, expansion: { how: 'file' }, optional: true }]
  },
}
