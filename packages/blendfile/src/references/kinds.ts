import { brushIcon } from './brush.ts'
import { cacheFile } from './cache-file.ts'
import { customProperty } from './custom-property.ts'
import { fluid, legacyFluid } from './fluid.ts'
import { font } from './font.ts'
import { geometryBake } from './geometry-bake.ts'
import { geometryImport, geometryInput } from './geometry-import.ts'
import { ies } from './ies.ts'
import { image } from './image.ts'
import { library } from './library.ts'
import { meshCache } from './mesh-cache.ts'
import { movieClip } from './movie-clip.ts'
import { multires } from './multires.ts'
import { ocean } from './ocean.ts'
import { oslCamera, oslScript } from './osl.ts'
import { pointCache } from './point-cache.ts'
import { clipProxy, sceneProxy, stripProxy } from './proxy.ts'
import type { ReferenceKind } from './reference.ts'
import { sound } from './sound.ts'
import { strip } from './strip.ts'
import { text } from './text.ts'
import { volume } from './volume.ts'
import { voxelData } from './voxel-data.ts'

/** Everything that holds a path. A new kind is a file beside this one and a line here. */
export const referenceKinds: readonly ReferenceKind[] = [
  library,
  image,
  movieClip,
  strip,
  sound,
  font,
  text,
  volume,
  cacheFile,
  ies,
  oslScript,
  oslCamera,
  meshCache,
  multires,
  ocean,
  fluid,
  legacyFluid,
  pointCache,
  geometryBake,
  geometryImport,
  geometryInput,
  voxelData,
  customProperty,
  brushIcon,
  clipProxy,
  stripProxy,
  sceneProxy,
]
