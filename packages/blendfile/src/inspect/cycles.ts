import type { BlendFile } from '../file/blend-file.ts'
import { OBJECT } from '../file/block-code.ts'
import type { StructView } from '../file/struct-view.ts'
import { decodePathBytes } from '../path/path-text.ts'

/** How Cycles would render a scene. A setting that was never touched is not in the file: it has Cycles' default. */
export interface CyclesInfo {
  readonly samples: number
  /** Samples per pixel follow from the noise that is left. */
  readonly adaptive: boolean
  readonly noiseThreshold: number
  /** What keeps its samples from being rendered apart; words that a person understands. */
  readonly splitObstacles: readonly string[]
}

const defaults = { samples: 4096, noiseThreshold: 0.01 }

/** Bits of `r.mode`, `r.scemode` and an object's `restrictflag`, as 4.2 and 5.0 write them. */
const border = 1 << 9
const freestyle = 1 << 24
const sequencer = 1 << 0
const multiview = 1 << 22
const shadowCatcher = 1 << 10
/** `Object.type` of what a camera sees: mesh to metaball, curves, points, volume. Lights have the bit without meaning it. */
const surfaces: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 27, 28, 29])

type Value = number | undefined

export async function inspectCycles(file: BlendFile, id: number, scene: StructView): Promise<CyclesInfo> {
  const settings = await readSettings(file, id, scene)
  const get = (name: string): Value => settings.get(name)
  const isOn = (name: string, otherwise: boolean) => (get(name) ?? Number(otherwise)) !== 0
  const obstacles: [boolean, string][] = [
    [hasBit(scene, 'r.scemode', multiview), 'several views'],
    [hasBit(scene, 'r.mode', border), 'a render region'],
    [hasBit(scene, 'r.mode', freestyle), 'Freestyle'],
    [hasBit(scene, 'r.scemode', sequencer) && (await hasStrips(file, id, scene)), 'strips in the sequencer'],
    [(get('time_limit') ?? 0) > 0, 'a time limit'],
    [isOn('use_guiding', false), 'path guiding'],
    [isOn('auto_scrambling_distance', false), 'an automatic scrambling distance'],
    [await hasLayerSamples(file, id, scene), 'view layers with samples of their own'],
    [await hasShadowCatcher(file), 'a shadow catcher'],
  ]
  return {
    samples: get('samples') ?? defaults.samples,
    adaptive: isOn('use_adaptive_sampling', true),
    noiseThreshold: get('adaptive_threshold') || defaults.noiseThreshold,
    splitObstacles: obstacles.flatMap(([is, name]) => (is ? [name] : [])),
  }
}

function hasBit(view: StructView, path: string, bit: number): boolean {
  return (view.int(path) & bit) !== 0
}

/** Cycles keeps its settings in a group of custom properties of the scene; from 5.0 in those that users don't see. */
async function readSettings(file: BlendFile, id: number, scene: StructView): Promise<Map<string, number>> {
  const scope = file.scope(id)
  const found = new Map<string, number>()
  for (const path of ['id.properties', 'id.system_properties']) {
    const all = await scope.follow(scene.pointer(path))
    if (all === undefined) continue
    for await (const group of scope.list(all, 'data.group')) {
      if (decodePathBytes(group.chars('name')) !== 'cycles') continue
      for await (const property of scope.list(group, 'data.group')) {
        const value = valueOf(property)
        if (value !== undefined) found.set(decodePathBytes(property.chars('name')), value)
      }
    }
  }
  return found
}

/** `IDProperty.type`. */
const [int, float, double, boolean] = [1, 2, 8, 10]

function valueOf(property: StructView): number | undefined {
  const bits = new DataView(new ArrayBuffer(8))
  bits.setInt32(0, property.int('data.val'), true)
  bits.setInt32(4, property.int('data.val2'), true)
  switch (property.int('type')) {
    case int:
    case boolean:
      return property.int('data.val')
    case float:
      return bits.getFloat32(0, true)
    case double:
      return bits.getFloat64(0, true)
    default:
      return undefined
  }
}

async function hasStrips(file: BlendFile, id: number, scene: StructView): Promise<boolean> {
  const editor = await file.scope(id).follow(scene.pointer('ed'))
  return editor !== undefined && editor.struct('seqbase')?.pointer('first') != null
}

async function hasLayerSamples(file: BlendFile, id: number, scene: StructView): Promise<boolean> {
  for await (const layer of file.scope(id).list(scene, 'view_layers')) if (layer.int('samples') > 0) return true
  return false
}

/** Of the file's own objects: those of libraries are not read. */
async function hasShadowCatcher(file: BlendFile): Promise<boolean> {
  for (const id of file.ids) {
    if (file.blocks.codes[id] !== OBJECT) continue
    const object = await file.view(id)
    if (hasBit(object, 'restrictflag', shadowCatcher) && surfaces.has(object.int('type'))) return true
  }
  return false
}
