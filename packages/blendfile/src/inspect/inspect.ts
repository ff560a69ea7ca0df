import type { Compression } from '../content/open-content.ts'
import { corrupt } from '../errors.ts'
import type { BlendFile } from '../file/blend-file.ts'
import { codeLetters, GLOB, PLACEHOLDER, SCENE } from '../file/block-code.ts'
import { versionName } from '../file/header.ts'
import { idTypes } from '../file/id-types.ts'
import type { OutputPath } from './outputs.ts'
import { outputsOf } from './outputs.ts'
import { inspectScene } from './scene.ts'
import type { SceneInfo } from './scene.ts'
import type { Thumbnail } from './thumbnail.ts'
import { readThumbnail } from './thumbnail.ts'

/** What a .blend says about itself. */
export interface BlendInfo {
  readonly file: string
  /** `2.79`, `4.5`, `5.0`. */
  readonly blenderVersion: string
  /** Within that version, where the file has it. */
  readonly subversion?: number
  /** 0: to 4.x, 1: from 5.0. */
  readonly fileFormat: number
  readonly compression: Compression
  readonly pointerSize: 4 | 8
  readonly endian: 'little' | 'big'
  readonly scenes: readonly SceneInfo[]
  /** The scene that is rendered when none is named. */
  readonly activeScene?: string
  /** The file's own data-blocks by RNA type. */
  readonly counts: Readonly<Record<string, number>>
  /** How many data-blocks are linked from libraries. */
  readonly linked: number
  /** Where renders, File Output nodes and painted image sequences write. */
  readonly outputs: readonly OutputPath[]
  readonly thumbnail?: Thumbnail
}

/** Scenes and view layers that a file may have, each: beyond that it is damage. */
const mostScenes = 10_000

export async function inspect(file: BlendFile, path: string): Promise<BlendInfo> {
  const { header } = file
  const counts: Record<string, number> = {}
  const scenes: SceneInfo[] = []
  let linked = 0
  let layers = 0
  for (const id of file.ids) {
    const code = file.blocks.codes[id]!
    if (code === PLACEHOLDER) {
      linked++
      continue
    }
    const letters = codeLetters(code)
    const type = idTypes[letters] ?? letters
    counts[type] = (counts[type] ?? 0) + 1
    if (code !== SCENE) continue
    const scene = await inspectScene(file, id)
    scenes.push(scene)
    layers += scene.viewLayers.length
    if (scenes.length > mostScenes || layers > mostScenes) throw corrupt('it has impossibly many scenes or view layers')
  }
  const thumbnail = await readThumbnail(file)
  return {
    file: path,
    blenderVersion: versionName(header.version),
    ...(await readGlobal(file)),
    fileFormat: header.fileFormat,
    compression: file.compression,
    pointerSize: header.pointerSize,
    endian: header.littleEndian ? 'little' : 'big',
    scenes,
    counts,
    linked,
    outputs: await outputsOf(file),
    ...(thumbnail === undefined ? {} : { thumbnail }),
  }
}

async function readGlobal(file: BlendFile): Promise<{ subversion?: number; activeScene?: string }> {
  const block = file.blocks.codes.indexOf(GLOB)
  if (block < 0) return {}
  const view = await file.view(block)
  const subversion = view.int('subversion')
  const scene = view.pointer('curscene')
  const id = scene === null ? -1 : file.idAt(scene.low, scene.high)
  return id < 0 ? { subversion } : { subversion, activeScene: (await file.nameOf(id)).slice(2) }
}
