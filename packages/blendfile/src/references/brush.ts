import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** Icons of brushes: only ever seen in the interface. */
export const brushIcon: ReferenceKind = {
  kind: 'brush_icon',
  structs: ['Brush'],
  find: (view) => [
    {
      type: 'Brush',
      field: 'icon_filepath',
      stored: new BlendPath(view.chars('icon_filepath')),
      expansion: { how: 'file' },
      optional: true,
    },
  ],
}
