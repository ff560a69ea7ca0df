import { BlendPath, joinStored } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** Strip types that hold a path. Meta strips hold strips, which are structs of the same scene; scene strips, IDs. */
const types: Readonly<Record<number, { readonly type: string; readonly isList: boolean }>> = {
  0: { type: 'ImageStrip', isList: true },
  3: { type: 'MovieStrip', isList: false },
  4: { type: 'SoundStrip', isList: false },
  5: { type: 'SoundStrip', isList: false },
}
const soundFile = 5

/**
 * Strips of the sequencer: images as they are listed (they need not be consecutive), movies, sounds. On disk a strip is
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
    const folder = media.chars('dir')
    const elements = await site.scope.followAll(media.pointer('stripdata'))
    // A sound strip has a Sound data-block, whose path is the one that is played.
    if (type === 'SoundStrip' && view.pointer('sound') !== null) return []
    if (elements.length === 0 || view.int('type') === soundFile) {
      return [{ type, field: 'Strip.dir', stored: new BlendPath(folder), expansion: { how: 'file' } }]
    }
    const paths = elements.map((element) => joinStored(folder, element.chars('name')))
    const isEmpty = elements[0]!.chars('name').length === 0
    const stored = isEmpty ? new BlendPath(new Uint8Array(0)) : paths[0]!
    const expansion =
      stripType.isList && paths.length > 1 ? ({ how: 'list', paths } as const) : ({ how: 'file' } as const)
    return [{ type, field: 'StripElem.name', stored, expansion }]
  },
}
