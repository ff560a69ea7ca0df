import { BlendPath } from '../path/blend-path.ts'
import type { Reference, ReferenceKind } from './reference.ts'

const layerHidden = 1

/** Alembic and USD caches, with the layers (overrides) on top of them; single or one file per frame. */
export const cacheFile: ReferenceKind = {
  kind: 'cache_file',
  structs: ['CacheFile'],
  async find(view, site) {
    const expansion = { how: view.int('is_sequence') === 0 ? 'file' : 'frames' } as const
    const stored = new BlendPath(view.chars('filepath'))
    const references: Reference[] = [{ type: 'CacheFile', field: 'filepath', stored, expansion }]
    for await (const layer of site.scope.list(view, 'layers')) {
      references.push({
        type: 'CacheFileLayer',
        field: 'CacheFileLayer.filepath',
        stored: new BlendPath(layer.chars('filepath')),
        expansion,
        optional: (layer.int('flag') & layerHidden) !== 0,
      })
    }
    return references
  },
}
