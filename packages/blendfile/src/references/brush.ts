import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** Icons of brushes: only ever seen in the interface. */
export const brushIcon: ReferenceKind = {
  kind: 'brush_icon',
  structs: ['Brush'],
  find: (view) => [
    {
      type: 'Brush',
      ...pathIn(view, 'icon_filepath'),
      expansion: { how: 'file' },
      optional: true,
    },
  ],
}
