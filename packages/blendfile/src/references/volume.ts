import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** OpenVDB volumes, single or one file per frame. */
export const volume: ReferenceKind = {
  kind: 'volume',
  structs: ['Volume'],
  find: (view) => [
    {
      type: 'Volume',
      field: 'filepath',
      stored: new BlendPath(view.chars('filepath')),
      expansion: { how: view.int('is_sequence') === 0 ? 'file' : 'frames' },
      packed: view.pointer('packedfile') !== null,
    },
  ],
}
