import { BlendPath } from '../path/blend-path.ts'
import type { ReferenceKind } from './reference.ts'

/** The Ocean modifier's baked images. The path has a default, so it counts as needed only once it was baked. */
export const ocean: ReferenceKind = {
  kind: 'ocean_cache',
  structs: ['OceanModifierData'],
  find: (view) => [
    {
      type: 'OceanModifier',
      field: 'OceanModifierData.cachepath',
      stored: new BlendPath(view.chars('cachepath')),
      expansion: { how: 'folder', names: /^(disp|foam|norm|spray|spray_inverse)_\d+\.exr$/ },
      optional: view.int('cached') === 0,
    },
  ],
}
