import type { StructView } from '../file/struct-view.ts'
import type { Expansion, Reference, ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

const layerHidden = 1

/** Alembic and USD caches, single or one file per frame; the layers (overrides) on top of one are single files. */
export const cacheFile: ReferenceKind = {
  kind: 'cache_file',
  structs: ['CacheFile'],
  async find(view, site) {
    const references: Reference[] = [{ type: 'CacheFile', ...pathIn(view, 'filepath'), expansion: expansionOf(view) }]
    for await (const layer of site.scope.list(view, 'layers')) {
      references.push({
        type: 'CacheFileLayer',
        ...pathIn(layer, 'filepath'),
        expansion: { how: 'file' },
        optional: (layer.int('flag') & layerHidden) !== 0,
      })
    }
    return references
  },
}

function expansionOf(view: StructView): Expansion {
  if (view.int('is_sequence') === 0) return { how: 'file' }
  // A frame of its own instead of the scene's; animated it can be any.
  const isFixed = view.int('override_frame') !== 0 && view.pointer('adt') === null
  const only = isFixed ? { only: Math.trunc(view.float('frame')) } : {}
  return { how: 'frames', numbered: 'at the end', ...only }
}
