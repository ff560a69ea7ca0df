import type { StructView } from '../file/struct-view.ts'
import type { Reference, ReferenceKind } from './reference.ts'
import { pathAt } from './stored-path.ts'

const customPath = 1 << 1
/** What a bake consists of. */
const folders = /^(blobs|meta)$/
const targets = { inherit: 0, packed: 1 } as const

/**
 * Bakes and simulations of geometry nodes, one per Bake node or simulation zone: in the modifier's folder under the
 * bake's id, or in a folder of their own. The file does not tell whether one was baked to disk, so a missing folder is
 * no missing file.
 */
export const geometryBake: ReferenceKind = {
  kind: 'geometry_bake',
  structs: ['NodesModifierData'],
  async find(view, site) {
    const folder = await pathAt(site.scope, view, 'simulation_bake_directory')
    const references: Reference[] = []
    for (const bake of await site.scope.followAll(view.pointer('bakes'))) {
      const own = (bake.int('flag') & customPath) === 0 ? undefined : await pathAt(site.scope, bake, 'directory')
      const isOwn = own !== undefined && !own.stored.isEmpty
      const path = isOwn ? own : folder
      if (path === undefined) continue
      references.push({
        type: 'NodesModifierBake',
        ...path,
        expansion: { how: 'folder', names: folders, deep: true, inside: isOwn ? undefined : String(bake.int('id')) },
        packed: isPacked(view, bake),
        optional: true,
      })
    }
    return references
  },
}

function isPacked(modifier: StructView, bake: StructView): boolean {
  if (bake.pointer('packed') !== null) return true
  const target = bake.int('bake_target')
  return (target === targets.inherit ? modifier.int('bake_target') : target) === targets.packed
}
