import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** Sounds, of speakers and of sequencer strips. Needed: a video's sound track is part of what is rendered. */
export const sound: ReferenceKind = {
  kind: 'sound',
  structs: ['bSound'],
  find: (view) => [
    {
      type: 'Sound',
      field: 'name',
      stored: new BlendPath(view.chars('name')),
      expansion: { how: 'file' },
      packed: view.pointer('packedfile') !== null || view.pointer('newpackedfile') !== null,
    },
  ],
}
