import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** The Mesh Cache modifier: MDD and PC2 files. */
export const meshCache: ReferenceKind = {
  kind: 'mesh_cache',
  structs: ['MeshCacheModifierData'],
  find: (view) => [{ type: 'MeshCacheModifier', ...pathIn(view, 'filepath'), expansion: { how: 'file' } }],
}
