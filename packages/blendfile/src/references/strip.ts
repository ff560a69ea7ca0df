import type { ReferenceKind } from './reference.ts'
import { pathIn, pathsInFolder } from './stored-path.ts'
import { otherViews, viewSuffixes } from './views.ts'

/** Strip types that hold a path. Meta strips hold strips, which are structs of the same scene; scene strips, IDs. */
const types: Readonly<Record<number, { readonly type: string; readonly isList: boolean }>> = {
  0: { type: 'ImageStrip', isList: true },
  3: { type: 'MovieStrip', isList: false },
  4: { type: 'SoundStrip', isList: false },
  5: { type: 'SoundStrip', isList: false },
}
const soundFile = 5
const usesViews = 1 << 29
const viewsIndividual = 0

/**
 * Strips of the sequencer: images as they are listed (they need not be consecutive), movies, sounds, and the files of
 * other views of them. On disk a strip is
 * a `Sequence`, its media a `Strip` with a folder, its files `StripElem`s with names.
 */
export const strip: ReferenceKind = {
  kind: 'strip',
  structs: ['Sequence'],
  async find(view, site) {
    const stripType = types[view.int('type')]
    const media = stripType === undefined ? undefined : await site.scope.follow(view.pointer('strip'))
    if (stripType === undefined || media === undefined) return []
    const { type } = stripType
    // A sound strip has a Sound data-block, whose path is the one that is played; the strip's is a copy of it.
    const isCopy = type === 'SoundStrip' && view.pointer('sound') !== null
    const file = isCopy
      ? ({ expansion: { how: 'nothing' }, optional: true } as const)
      : { expansion: { how: 'file' } as const }
    const elements = await site.scope.followAll(media.pointer('stripdata'))
    if (elements.length === 0 || view.int('type') === soundFile) {
      return [{ type, ...pathIn(media, 'dir'), ...file }]
    }
    const { paths, first } = pathsInFolder(media, 'dir', elements, 'name')
    const isStereo = (view.int('flag') & usesViews) !== 0 && view.int('views_format') === viewsIndividual
    const views = isStereo ? otherViews(paths, await viewSuffixes(site)) : []
    if (views.length > 0) return [{ type, ...first, expansion: { how: 'list', paths, views } }]
    if (!stripType.isList || paths.length === 1) return [{ type, ...first, ...file }]
    return [{ type, ...first, expansion: { how: 'list', paths } }]
  },
}
