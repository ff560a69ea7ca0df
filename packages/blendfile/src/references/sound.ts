import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** Sounds, of speakers and of sequencer strips. Needed: a video's sound track is part of what is rendered. */
export const sound: ReferenceKind = {
  kind: 'sound',
  structs: ['bSound'],
  find: (view) => [
    {
      type: 'Sound',
      ...pathIn(view, 'name'),
      expansion: { how: 'file' },
      packed: view.pointer('packedfile') !== null || view.pointer('newpackedfile') !== null,
    },
  ],
}
