import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

const sourceSequence = 1

/** Clips for tracking, masks and camera backgrounds. Their proxies are for viewing and are not followed. */
export const movieClip: ReferenceKind = {
  kind: 'movie_clip',
  structs: ['MovieClip'],
  find: (view) => [
    {
      type: 'MovieClip',
      field: 'name',
      stored: new BlendPath(view.chars('name')),
      expansion: { how: view.int('source') === sourceSequence ? 'frames' : 'file' },
    },
  ],
}
