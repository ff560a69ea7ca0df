import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

const sourceSequence = 1

/** Clips for tracking, masks and camera backgrounds. Their proxies are for viewing and are not followed. */
export const movieClip: ReferenceKind = {
  kind: 'movie_clip',
  structs: ['MovieClip'],
  find: (view) => [
    {
      type: 'MovieClip',
      ...pathIn(view, 'name'),
      expansion: { how: view.int('source') === sourceSequence ? 'frames' : 'file' },
    },
  ],
}
