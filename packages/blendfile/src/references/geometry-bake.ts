import type { StructView } from '../file/struct-view.ts'
import { BlendPath } from '../path/blend-path.ts'
import type { Reference, ReferenceKind } from './reference.ts'

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
    const folder = (await site.scope.text(view.pointer('simulation_bake_directory'))) ?? new Uint8Array(0)
    const references: Reference[] = []
    for (const bake of await site.scope.followAll(view.pointer('bakes'))) {
      const own = (await site.scope.text(bake.pointer('directory'))) ?? new Uint8Array(0)
      const isOwn = (bake.int('flag') & customPath) !== 0 && own.length > 0
      references.push({
        type: 'NodesModifierBake',
        field: isOwn ? 'NodesModifierBake.directory' : 'NodesModifierData.simulation_bake_directory',
        stored: new BlendPath(isOwn ? own : folder),
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
