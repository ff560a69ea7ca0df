import type { Reference, ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

const layerHidden = 1

/** Alembic and USD caches, with the layers (overrides) on top of them; single or one file per frame. */
export const cacheFile: ReferenceKind = {
  kind: 'cache_file',
  structs: ['CacheFile'],
  async find(view, site) {
    const expansion = { how: view.int('is_sequence') === 0 ? 'file' : 'frames' } as const
    const references: Reference[] = [{ type: 'CacheFile', ...pathIn(view, 'filepath'), expansion }]
    for await (const layer of site.scope.list(view, 'layers')) {
      references.push({
        type: 'CacheFileLayer',
        ...pathIn(layer, 'filepath'),
        expansion,
        optional: (layer.int('flag') & layerHidden) !== 0,
      })
    }
    return references
  },
}
