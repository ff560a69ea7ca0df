import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** The Ocean modifier's baked images. The path has a default, so it counts as needed only once it was baked. */
export const ocean: ReferenceKind = {
  kind: 'ocean_cache',
  structs: ['OceanModifierData'],
  find: (view) => [
    {
      type: 'OceanModifier',
      ...pathIn(view, 'cachepath'),
      expansion: { how: 'folder', names: /^(disp|foam|norm|spray|spray_inverse)_\d+\.exr$/ },
      optional: view.int('cached') === 0,
    },
  ],
}
