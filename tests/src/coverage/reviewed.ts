import type { ListName } from './compare.ts'
import type { Series, Way } from './results.ts'

/** One difference between the tracer and Blender's own list that is right as it is. */
export interface Reviewed {
  readonly case: string
  readonly more: 'tracer' | 'blender'
  /** As a `Difference` has it. */
  readonly paths: readonly string[]
  /** Absent: in every Blender that has the case. */
  readonly blenders?: readonly Series[]
  /** Absent: in every way that the case comes in. */
  readonly ways?: readonly Way[]
  /** Absent: in the list of what is needed, and so in all; else only in this one. */
  readonly list?: ListName
  readonly reason: string
}

const cacheFolder = 'the folder where a Blender looks for caches of points; optional, and not there before a bake'
const notRead = 'not a dependency, listed so that it can be rewritten'

/** Reviewed by people. What no longer differs must go: the test fails on it. */
export const reviewed: readonly Reviewed[] = [
  {
    case: 'other_cache_layer',
    more: 'tracer',
    paths: ['assets/layer.abc'],
    reason: 'layers are read when rendering; Blender lists only the cache itself',
  },
  {
    case: 'other_clip',
    more: 'tracer',
    paths: ['assets/clip/k_01.png'],
    blenders: ['3.4'],
    ways: ['linked'],
    reason: "3.4 loses the clip of a linked camera's background, and has it again when the file itself is opened",
  },
  {
    case: 'other_fluid',
    more: 'tracer',
    paths: ['blendcache_other_fluid'],
    ways: ['local', 'linked'],
    reason: cacheFolder,
  },
  {
    case: 'other_fluid',
    more: 'tracer',
    paths: ['blendcache_other_fluid.packed'],
    ways: ['packed'],
    reason: cacheFolder,
  },
  {
    case: 'other_geometry_import',
    more: 'tracer',
    paths: ['assets/a.obj'],
    blenders: ['4.5'],
    reason: 'listed by Blender only from 5.0; 4.5 reads it all the same',
  },
  {
    case: 'place_geometry_input',
    more: 'tracer',
    paths: ['assets/a.obj'],
    reason: 'read by the node that the input leads to; Blender does not look at the inputs of modifiers',
  },
  { case: 'place_clip_proxy', more: 'tracer', paths: ['assets/proxies'], reason: notRead },
  { case: 'place_strip_proxies', more: 'tracer', paths: ['assets/proxies', 'assets/proxies/p.avi'], reason: notRead },
]
