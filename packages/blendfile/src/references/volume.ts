import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** OpenVDB volumes, single or one file per frame. */
export const volume: ReferenceKind = {
  kind: 'volume',
  structs: ['Volume'],
  find: (view) => [
    {
      type: 'Volume',
      ...pathIn(view, 'filepath'),
      expansion: { how: view.int('is_sequence') === 0 ? 'file' : 'frames' },
      packed: view.pointer('packedfile') !== null,
    },
  ],
}
