import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** Multiresolution displacements that a mesh keeps in a file of its own (`.btx`). */
export const multires: ReferenceKind = {
  kind: 'multires',
  structs: ['CustomDataExternal'],
  find: (view) => [
    {
      type: 'Mesh',
      field: 'CustomDataExternal.filename',
      stored: new BlendPath(view.chars('filename')),
      expansion: { how: 'file' },
    },
  ],
}
