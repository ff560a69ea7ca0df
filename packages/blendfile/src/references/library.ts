import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** The .blend files that data-blocks are linked from. A packed one is read from inside (the tracer does). */
export const library: ReferenceKind = {
  kind: 'library',
  structs: ['Library'],
  find: (view) => [
    {
      type: 'Library',
      field: 'name',
      stored: new BlendPath(view.chars('name')),
      expansion: { how: 'file' },
      packed: view.pointer('packedfile') !== null,
    },
  ],
}
