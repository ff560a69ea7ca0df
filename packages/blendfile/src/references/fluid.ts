import type { ReferenceKind } from './reference.ts'
import { pathIn } from './stored-path.ts'

/** Bits of `cache_flag`: data, noise, mesh, particles, guiding were baked. */
const anyBaked = (1 << 1) | (1 << 3) | (1 << 5) | (1 << 7) | (1 << 9)
const legacyDomain = 2
/** The folders that Mantaflow makes: the artist may have chosen a folder with other things in it. */
const folders = /^(config|data|guiding|mesh|noise|particles|script)$/

/** Mantaflow's folder (from 2.82). The path has a default, so it counts as needed only once something was baked. */
export const fluid: ReferenceKind = {
  kind: 'fluid_cache',
  structs: ['FluidDomainSettings'],
  find: (view) => [
    {
      type: 'FluidDomainSettings',
      ...pathIn(view, 'cache_directory'),
      expansion: { how: 'folder', names: folders, deep: true },
      optional: (view.int('cache_flag') & anyBaked) === 0,
    },
  ],
}

/** The fluid simulation of 2.4x to 2.81. Whether it was baked is not in the file. */
export const legacyFluid: ReferenceKind = {
  kind: 'fluid_cache',
  structs: ['FluidsimSettings'],
  find(view) {
    if ((view.int('type') & legacyDomain) === 0) return []
    return [
      {
        type: 'FluidFluidSettings',
        ...pathIn(view, 'surfdataPath'),
        expansion: { how: 'folder', names: /^fluidsurface_/ },
        optional: true,
      },
    ]
  },
}
