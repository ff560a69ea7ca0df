import type { StructView } from '../file/struct-view.ts'
import type { Expansion, Reference, ReferenceKind, Site } from './reference.ts'
import { pathIn } from './stored-path.ts'

const sources = { file: 1, sequence: 2, movie: 3, tiled: 6 } as const
const usesViews = 1 << 14
const viewsIndividual = 0
const firstTile = 1001
/** From 3.1 a name without `<UDIM>` is one file for all tiles; in older files it is that of one of them. */
const tokenVersion = 301

/**
 * Images: a file, a sequence, a movie, or UDIM tiles. Generated images and render results have no file. Packed: one
 * `packedfile` (to 2.7x), or a list of them, one per view and tile.
 */
export const image: ReferenceKind = {
  kind: 'image',
  structs: ['Image'],
  async find(view, site) {
    const expansion = await expansionOf(view, site)
    if (expansion === undefined) return []
    const field = view.has('filepath') ? 'filepath' : 'name'
    const packed = view.pointer('packedfile') !== null || view.pointer('packedfiles.first') !== null
    const views = packed ? [] : await viewsOf(view, site, expansion)
    // With a file per view (stereo) the path is only what the views' names are made of.
    const optional = views.length > 0 && view.int('views_format') === viewsIndividual
    return [{ type: 'Image', ...pathIn(view, field), expansion, packed, optional }, ...views]
  },
}

async function expansionOf(view: StructView, site: Site): Promise<Expansion | undefined> {
  switch (view.int('source')) {
    case sources.file:
    case sources.movie:
      return { how: 'file' }
    case sources.sequence:
      return { how: 'frames' }
    case sources.tiled: {
      const tiles = []
      for await (const tile of site.scope.list(view, 'tiles')) tiles.push(tile.int('tile_number') || firstTile)
      const byFirst = site.scope.file.header.version < tokenVersion
      return { how: 'tiles', tiles: tiles.length > 0 ? tiles : [firstTile], ...(byFirst ? { byFirst } : {}) }
    }
    default:
      return undefined
  }
}

/**
 * Stereo images are read by their views' paths. Where both eyes are in one file these are copies of the image's path, of
 * when the format was chosen: Blender neither lists them nor makes them relative, and ends by itself (3.4 to 5.0) when it
 * renders one that isn't there.
 */
async function viewsOf(view: StructView, site: Site, expansion: Expansion): Promise<Reference[]> {
  if ((view.int('flag') & usesViews) === 0) return []
  const views: Reference[] = []
  for await (const item of site.scope.list(view, 'views')) {
    const path = pathIn(item, 'filepath')
    if (!path.stored.isEmpty) views.push({ type: 'Image', ...path, expansion })
  }
  return views
}
