import type { BlendFile } from '../file/blend-file.ts'
import { isIdCode, LIBRARY, SCENE } from '../file/block-code.ts'
import type { StructView } from '../file/struct-view.ts'
import { decodePathBytes } from '../path/path-text.ts'

/** Where a render or a bake writes. Not a dependency. */
export interface OutputPath {
  /** Name of the data-block with its two letters: `SCShot`, from 5.0 also `NTCompositor`. */
  readonly block: string
  /** RNA type: `RenderSettings`, `CompositorNodeOutputFile`, `DynamicPaintSurface`. */
  readonly type: string
  /** As stored. */
  readonly path: string
}

interface Writer {
  readonly type: string
  readonly field: string
  /** Whether it writes files at all. */
  writes?(view: StructView): boolean
}

const imageSequence = 2
/** From 5.0 the compositor is a data-block of its own; the scene has a copy of it for older versions. */
const ownCompositor = 500

/** By struct on disk. */
const writers: Readonly<Record<string, Writer>> = {
  Scene: { type: 'RenderSettings', field: 'r.pic' },
  NodeImageMultiFile: { type: 'CompositorNodeOutputFile', field: 'base_path' },
  DynamicPaintSurface: {
    type: 'DynamicPaintSurface',
    field: 'image_output_path',
    writes: (view) => view.int('format') === imageSequence,
  },
}
/** Beyond that the list helps nobody. */
const mostOutputs = 10_000

/** The output paths of the file's own data-blocks, empty ones left out. */
export async function outputsOf(file: BlendFile): Promise<OutputPath[]> {
  const byStruct = new Map<number, Writer>()
  for (const { name, index } of file.sdna.structs) {
    if (writers[name] !== undefined) byStruct.set(index, writers[name])
  }
  const { codes, structs, count } = file.blocks
  const outputs: OutputPath[] = []
  let id = -1
  for (let block = 0; block < count && outputs.length < mostOutputs; block++) {
    if (isIdCode(codes[block]!)) id = block
    const writer = byStruct.get(structs[block]!)
    if (writer === undefined || id < 0 || codes[id] === LIBRARY) continue
    if (block !== id && codes[id] === SCENE && file.header.version >= ownCompositor) continue
    const view = await file.view(block)
    const path = decodePathBytes(view.chars(writer.field))
    if (path === '' || writer.writes?.(view) === false) continue
    outputs.push({ block: await file.nameOf(id), type: writer.type, path })
  }
  return outputs
}
