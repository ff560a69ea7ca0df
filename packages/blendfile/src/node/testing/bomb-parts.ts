import { zstdCompressSync } from 'node:zlib'
import type { BlockInput, FileLayout, Structs } from '../../testing/blend-writer.ts'
import { modernLayout, writeBlend } from '../../testing/blend-writer.ts'
import { baseStructs } from '../../testing/find-references.ts'
import type { Frame } from './compress.ts'
import { seekable } from './compress.ts'

export const MiB = 1024 * 1024

export const structs: Structs = {
  ...baseStructs,
  Tile: ['Tile *next', 'Tile *prev', 'int tile_number', 'int pad'],
  Image: ['ID id', 'char name[1024]', 'short source', 'short pad[3]', 'ListBase tiles', 'PackedFile *packedfile'],
  StripElem: ['char name[16]'],
  Strip: ['StripElem *stripdata', 'char dir[16]'],
  Sequence: ['Strip *strip', 'int type', 'int pad'],
  Object: ['ID id', 'void *data', 'ID **slots'],
  Layer: ['Layer *next', 'Layer *prev', 'char name[64]'],
  Scene: ['ID id', 'Object *camera', 'ListBase view_layers'],
}

/** The blocks alone, without header and catalogue. */
export function body(
  blocks: readonly BlockInput[],
  of: Structs = structs,
  layout: FileLayout = modernLayout,
): Uint8Array {
  const whole = writeBlend(of, blocks, layout)
  return whole.slice(12, whole.length - tail(of, layout).length)
}

export function tail(of: Structs = structs, layout: FileLayout = modernLayout): Uint8Array {
  return writeBlend(of, [], layout).slice(12)
}

export const header = new TextEncoder().encode('BLENDER-v405')

/** Content of parts that repeat, each compressed once. */
export function packed(...parts: readonly (Uint8Array | readonly [Uint8Array, number])[]): Uint8Array {
  const frames: Frame[] = []
  for (const part of parts) {
    const [bytes, times] = part instanceof Uint8Array ? [part, 1] : part
    const split: Frame[] = []
    for (let at = 0; at < bytes.length; at += MiB) {
      const piece = bytes.subarray(at, at + MiB)
      split.push({ frame: zstdCompressSync(piece), rawLength: piece.length })
    }
    for (let time = 0; time < times; time++) frames.push(...split)
  }
  return seekable(frames)
}

export const image = (address: number, fields: object = {}): BlockInput => ({
  code: 'IM',
  struct: 'Image',
  address,
  data: { 'id.name': 'IMa', name: '//a.png', source: 1, ...fields },
})
export const scene = (fields: object = {}): BlockInput => ({
  code: 'SC',
  struct: 'Scene',
  address: 16,
  data: { 'id.name': 'SCa', ...fields },
})
export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
export const zeros = (count: number): Uint8Array => new Uint8Array(count)

/** A catalogue with this many structs, each made by `fields`. */
export const catalogue = (count: number, fields: (index: number) => string[]): Structs => ({
  ...structs,
  ...Object.fromEntries(many(count, (index) => [`S${index}`, fields(index)])),
})

/** A DATA block whose length says more than there is written by itself. */
export const hugeBlock = (struct: string, bytes: number, address = 32): [Uint8Array, Uint8Array] => {
  const head = body([{ code: 'DATA', struct, address, data: {} }]).slice(0, 24)
  const view = new DataView(head.buffer)
  view.setInt32(4, bytes, true)
  view.setInt32(20, 0x7fffffff, true)
  return [head, zeros(MiB)]
}

/** A library with its content inside. */
export function carrying(content: Uint8Array, path: string): BlockInput[] {
  return [
    { code: 'LI', struct: 'Library', address: 1, data: { 'id.name': 'LIa', name: path, packedfile: 2 } },
    { code: 'DATA', struct: 'PackedFile', address: 2, data: { size: content.length, data: 3 } },
    { code: 'DATA', address: 3, bytes: content },
    { code: 'ID', struct: 'ID', address: 4, data: { name: 'IMa' } },
  ]
}

/** The same block without the bytes of its struct. */
export function short(block: BlockInput): BlockInput {
  return { code: block.code, address: 1, bytes: zeros(8) }
}
