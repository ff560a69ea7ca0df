import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** OpenVDB volumes, single or one file per frame: the number has to be directly before the ending. */
export const volume: ReferenceKind = {
  kind: 'volume',
  structs: ['Volume'],
  find: (view) => [
    {
      type: 'Volume',
      ...pathIn(view, 'filepath'),
      expansion: view.int('is_sequence') === 0 ? { how: 'file' } : { how: 'frames', numbered: 'at the end' },
      packed: view.pointer('packedfile') !== null,
    },
  ],
}
