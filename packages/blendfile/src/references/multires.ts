import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** Multiresolution displacements that a mesh keeps in a file of its own (`.btx`). */
export const multires: ReferenceKind = {
  kind: 'multires',
  structs: ['CustomDataExternal'],
  find: (view) => [{ type: 'Mesh', ...pathIn(view, 'filename'), expansion: { how: 'file' } }],
}
