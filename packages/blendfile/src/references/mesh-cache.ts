import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** The Mesh Cache modifier: MDD and PC2 files. */
export const meshCache: ReferenceKind = {
  kind: 'mesh_cache',
  structs: ['MeshCacheModifierData'],
  find: (view) => [
    {
      type: 'MeshCacheModifier',
      field: 'MeshCacheModifierData.filepath',
      stored: new BlendPath(view.chars('filepath')),
      expansion: { how: 'file' },
    },
  ],
}
