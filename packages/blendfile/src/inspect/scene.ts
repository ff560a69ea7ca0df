import { type CyclesInfo, inspectCycles } from './cycles.ts'
import type { BlendFile } from '../file/blend-file.ts'
import type { StructView } from '../file/struct-view.ts'
import { decodePathBytes } from '../path/path-text.ts'

export interface SceneInfo {
  readonly name: string
  readonly frameStart: number
  readonly frameEnd: number
  readonly frameStep: number
  /** Frames per second: 24, 29.97. */
  readonly fps: number
  /** `CYCLES`, `BLENDER_EEVEE`, `BLENDER_EEVEE_NEXT`, `BLENDER_WORKBENCH`, `BLENDER_RENDER`. */
  readonly engine: string
  /** Null with another engine. */
  readonly cycles: CyclesInfo | null
  /** Pixels at 100 %. */
  readonly width: number
  readonly height: number
  readonly percentage: number
  /** The camera object's name; null without one: such a scene can't be rendered. */
  readonly camera: string | null
  readonly viewLayers: readonly string[]
  /** Where frames are written, as stored. Not a dependency. */
  readonly output: string
}

/** `id`: block number of a scene. */
export async function inspectScene(file: BlendFile, id: number): Promise<SceneInfo> {
  const view = await file.view(id)
  const camera = view.pointer('camera')
  const cameraId = camera === null ? -1 : file.idAt(camera.low, camera.high)
  const engine = decodePathBytes(view.chars('r.engine'))
  return {
    name: (await file.nameOf(id)).slice(2),
    frameStart: view.int('r.sfra'),
    frameEnd: view.int('r.efra'),
    frameStep: view.int('r.frame_step') || 1,
    fps: framesPerSecond(view),
    engine,
    cycles: engine === 'CYCLES' ? await inspectCycles(file, id, view) : null,
    width: view.int('r.xsch'),
    height: view.int('r.ysch'),
    percentage: view.int('r.size'),
    camera: cameraId < 0 ? null : (await file.nameOf(cameraId)).slice(2),
    viewLayers: await viewLayers(file, id, view),
    output: decodePathBytes(view.chars('r.pic')),
  }
}

function framesPerSecond(view: StructView): number {
  const base = view.float('r.frs_sec_base') || 1
  return Math.round((view.int('r.frs_sec') / base) * 1000) / 1000
}

/** From 2.8 view layers, before render layers. */
async function viewLayers(file: BlendFile, id: number, view: StructView): Promise<string[]> {
  const names: string[] = []
  const list = view.has('view_layers') ? 'view_layers' : 'r.layers'
  for await (const layer of file.scope(id).list(view, list)) names.push(decodePathBytes(layer.chars('name')))
  return names
}
