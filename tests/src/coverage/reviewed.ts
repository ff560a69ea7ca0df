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
const besideFile = 'what was baked lies beside the file, in a folder that Blender does not list'
const listedFrom5 = 'listed by Blender only from 5.0; 4.5 reads it all the same'
const lost34 = '3.4 loses what a linked data-block leads to here, and has it again when the file itself is opened'
const ofLibrary =
  'a library that only libraries use is written in the file too, and Blender takes it for one of its own'
const otherView = 'the file of the other view is read; Blender lists only the one that is named'
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
  { case: 'other_fluid', more: 'tracer', paths: ['blendcache_other_fluid'], reason: cacheFolder },
  {
    case: 'other_geometry_import',
    more: 'tracer',
    paths: ['assets/a.obj'],
    blenders: ['4.5'],
    reason: listedFrom5,
  },
  {
    case: 'place_geometry_input',
    more: 'tracer',
    paths: ['assets/a.obj'],
    reason: 'read by the node that the input leads to; Blender does not look at the inputs of modifiers',
  },
  { case: 'place_clip_proxy', more: 'tracer', paths: ['assets/proxies'], reason: notRead },
  { case: 'place_strip_proxies', more: 'tracer', paths: ['assets/proxies', 'assets/proxies/p.avi'], reason: notRead },
  ...['bake_particles', 'bake_cloth', 'bake_soft_body', 'bake_dynamic_paint', 'way_dynamic_paint'].map((name) => ({
    case: name,
    more: 'tracer' as const,
    paths: [`blendcache_${name}`],
    reason: name.startsWith('bake') ? besideFile : cacheFolder,
  })),
  {
    case: 'bake_cloth_of_each_file',
    more: 'tracer',
    paths: ['blendcache_bake_cloth_of_each_file'],
    ways: ['local'],
    reason: besideFile,
  },
  {
    case: 'bake_cloth_of_each_file',
    more: 'tracer',
    paths: ['blendcache_bake_cloth_of_each_file.linked'],
    ways: ['linked'],
    reason: besideFile,
  },
  {
    case: 'bake_cloth_of_each_file',
    more: 'tracer',
    paths: ['blendcache_bake_cloth_of_each_file.packed'],
    ways: ['packed'],
    reason: besideFile,
  },
  {
    case: 'bake_geometry_node',
    more: 'tracer',
    paths: ['assets/gn'],
    ways: ['local', 'linked'],
    reason: 'a bake is read; Blender does not list it',
  },
  { case: 'bake_fluid', more: 'tracer', paths: ['blendcache_bake_fluid'], reason: cacheFolder },
  { case: 'way_fluid_collection', more: 'tracer', paths: ['blendcache_way_fluid_collection'], reason: cacheFolder },
  {
    case: 'import_nodes',
    more: 'tracer',
    paths: ['csv', 'obj', 'ply', 'stl', 'text', 'vdb'].map((ending) => `assets/in/a.${ending}`),
    blenders: ['4.5'],
    reason: listedFrom5,
  },
  {
    case: 'import_through_group',
    more: 'tracer',
    paths: ['assets/in/group.obj'],
    blenders: ['4.5'],
    reason: listedFrom5,
  },
  {
    case: 'library_override',
    more: 'blender',
    paths: ['assets/lib/override.blend'],
    blenders: ['4.2', '4.5', '5.0'],
    ways: ['linked'],
    list: 'own',
    reason: ofLibrary,
  },
  {
    case: 'library_override_of_image',
    more: 'blender',
    paths: ['assets/lib/images.blend'],
    ways: ['linked'],
    list: 'own',
    reason: ofLibrary,
  },
  {
    case: 'library_material_only',
    more: 'blender',
    paths: ['assets/lib/many.blend'],
    ways: ['linked'],
    list: 'own',
    reason: ofLibrary,
  },
  {
    case: 'library_of_library',
    more: 'blender',
    paths: ['assets/lib/middle.blend'],
    ways: ['linked'],
    list: 'own',
    reason: ofLibrary,
  },
  {
    case: 'library_of_library',
    more: 'blender',
    paths: ['assets/lib/far.blend'],
    ways: ['local', 'linked'],
    list: 'own',
    reason: ofLibrary,
  },
  {
    case: 'library_override_of_image',
    more: 'tracer',
    paths: ['assets/tex.png'],
    ways: ['packed'],
    reason: 'the packed file says so; 5.0 forgets what an override has changed in packed data and takes the original',
  },
  {
    case: 'media_osl_compiled',
    more: 'tracer',
    paths: ['assets/osl/b.oso'],
    reason: 'Cycles takes the compiled script beside a source when it is newer; Blender does not know',
  },
  { case: 'place_views', more: 'tracer', paths: ['assets/view/a_R.png'], reason: otherView },
  { case: 'view_sequence', more: 'tracer', paths: ['assets/view/s_001_R.png'], reason: otherView },
  { case: 'view_strip_movie', more: 'tracer', paths: ['assets/view/m_right.mp4'], reason: otherView },
  {
    case: 'property_paths',
    more: 'tracer',
    paths: ['assets/in/of_object.txt', 'assets/in/of_bone.txt', 'assets/in/gone.txt', 'assets/in'],
    reason: 'Blender does not look at custom properties; optional',
  },
  ...['way_camera_focus', 'way_compositor_scene', 'way_material_override', 'way_paint_stencil'].map((name) => ({
    case: name,
    more: 'tracer' as const,
    paths: ['assets/tex.png'],
    blenders: ['3.4' as const],
    ways: ['linked' as const],
    reason: lost34,
  })),
  {
    case: 'media_clip_movie',
    more: 'tracer',
    paths: ['assets/a.mp4'],
    blenders: ['3.4'],
    ways: ['linked'],
    reason: lost34,
  },
]
