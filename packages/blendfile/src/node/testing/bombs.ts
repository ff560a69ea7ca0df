import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { BlockInput } from '../../testing/blend-writer.ts'
import { concat, writeBlend } from '../../testing/blend-writer.ts'
import {
  body,
  carrying,
  catalogue,
  header,
  hugeBlock,
  image,
  many,
  MiB,
  packed,
  scene,
  short,
  structs,
  tail,
  zeros,
} from './bomb-parts.ts'
import { seekable } from './compress.ts'
import { rewritingBombs } from './rewriting-bombs.ts'

/** A file of a few MB at most that is made to cost its reader as much as possible. */
export interface Bomb {
  readonly name: string
  readonly make: () => Uint8Array
  /** Data-blocks to link from it. */
  readonly linkable?: readonly string[]
}

const emptyFrames = (count: number): Uint8Array => {
  const empty = zstdCompressSync(zeros(0))
  return concat([...many(count, () => empty), zstdCompressSync(header)])
}

const readingBombs: readonly Bomb[] = [
  {
    name: 'gzip: a block of 2 GB of zeros',
    make: () => {
      const [head] = hugeBlock('Object', 0x7fffffff)
      const member = gzipSync(zeros(16 * MiB))
      return concat([gzipSync(concat([header, head])), ...many(128, () => member)])
    },
  },
  {
    name: 'gzip: scenes at the start, their cameras behind 60 MB',
    make: () => {
      const start = gzipSync(concat([header, body(many(500, () => scene({ camera: 7 })))]))
      const [head] = hugeBlock('Object', 64 * MiB)
      const end = concat([
        body([{ code: 'OB', struct: 'Object', address: 7, data: { 'id.name': 'OBcamera' } }]),
        tail(),
      ])
      return concat([start, gzipSync(head), ...many(64, () => gzipSync(zeros(MiB))), gzipSync(end)])
    },
  },
  {
    name: 'zstd: frames of 4 MB that are all visited',
    make: () => {
      const [head] = hugeBlock('Object', 4 * MiB - 24)
      const piece = concat([head, zeros(4 * MiB - 24)])
      const frame = { frame: zstdCompressSync(piece), rawLength: piece.length }
      const [first, last] = [header, tail()].map((bytes) => ({
        frame: zstdCompressSync(bytes),
        rawLength: bytes.length,
      }))
      return seekable([first!, ...many(2000, () => frame), last!])
    },
  },
  {
    name: 'zstd: one frame of 1 GB of zeros, of an unknown size',
    make: () => {
      const [head] = hugeBlock('Object', 0x7ffffff0)
      const frame = zstdCompressSync(zeros(64 * MiB))
      return concat([zstdCompressSync(concat([header, head])), ...many(16, () => frame)])
    },
  },
  {
    name: 'zstd: a window of 128 MB',
    make: () => {
      const bytes = zstdCompressSync(writeBlend(structs, [image(1)])).slice()
      // Not a single segment, then a window descriptor of 2^27, then a content size of four bytes: made by hand.
      const size = writeBlend(structs, [image(1)]).length
      const body = bytes.subarray(5 + (bytes[4]! & 0x20 ? 0 : 1) + [1, 2, 4, 8][bytes[4]! >> 6]!)
      const head = new DataView(new ArrayBuffer(10))
      head.setUint32(0, 0xfd2fb528, true)
      head.setUint8(4, 0x80)
      head.setUint8(5, 17 << 3)
      head.setUint32(6, size, true)
      return concat([new Uint8Array(head.buffer), body])
    },
  },
  {
    name: 'zstd: 400,000 empty frames',
    make: () => emptyFrames(400_000),
  },
  {
    name: 'blocks without end',
    make: () => packed(header, [body(many(10_000, () => ({ code: 'DATA' }))), 200], tail()),
  },
  { name: 'a million scenes', make: () => packed(header, [body(many(4000, () => scene())), 200], tail()) },
  {
    name: 'a million placeholders of as many names',
    make: () =>
      packed(
        header,
        body([{ code: 'LI', struct: 'Library', address: 1, data: { 'id.name': 'LIa', name: '//a.blend' } }]),
        body(many(250_000, (index) => ({ code: 'ID', struct: 'ID', address: index, data: { name: `OB${index}` } }))),
        tail(),
      ),
  },
  {
    name: 'half a million data-blocks that are too short',
    make: () =>
      packed(header, [body(many(5000, () => ({ code: 'OB', struct: 'Object', data: {} })).map(short)), 100], tail()),
  },
  {
    name: 'libraries that are not there',
    make: () =>
      packed(
        header,
        body(
          many(60_000, (index) => [
            { code: 'LI', struct: 'Library', address: index * 2, data: { 'id.name': 'LIa', name: `//${index}.blend` } },
            { code: 'ID', struct: 'ID', address: index * 2 + 1, data: { name: 'OBa' } },
          ]).flat(),
        ),
        tail(),
      ),
  },
  {
    name: 'images in one list of tiles',
    make: () => {
      const tiles = many(20_000, (index): BlockInput => ({
        code: 'DATA',
        struct: 'Tile',
        address: 1000 + index,
        data: { tile_number: index, next: 1001 + index },
      }))
      const others: BlockInput = {
        code: 'DATA',
        struct: 'Image',
        address: 2,
        data: many(1000, () => ({ name: '//a.<UDIM>.png', source: 6, 'tiles.first': 1000 })),
      }
      return packed(header, body([image(1), others, ...tiles]), tail())
    },
  },
  {
    name: 'strips of one long array of images',
    make: () => {
      const [head, fill] = hugeBlock('StripElem', 32 * MiB, 900)
      const strips: BlockInput = {
        code: 'DATA',
        struct: 'Sequence',
        address: 2,
        data: many(10_000, () => ({ type: 0, strip: 800 })),
      }
      const strip: BlockInput = { code: 'DATA', struct: 'Strip', address: 800, data: { dir: '//', stripdata: 900 } }
      fill.fill(0x61)
      return packed(header, body([scene(), strips, strip]), head, [fill, 32], tail())
    },
  },
  {
    name: 'an array of pointers of 60 MB',
    linkable: ['OBa'],
    make: () => {
      const [head, fill] = hugeBlock('raw_data', 60 * MiB, 900)
      new Uint32Array(fill.buffer).fill(0x0f0f0f0f)
      return packed(
        header,
        body([{ code: 'OB', struct: 'Object', address: 1, data: { 'id.name': 'OBa', slots: 900 } }]),
        head,
        [fill, 60],
        tail(),
      )
    },
  },
  {
    name: 'a data-block of 60 MB with many references',
    make: () => {
      const [head, fill] = hugeBlock('Image', 60 * MiB, 1)
      head.set(new TextEncoder().encode('IM\0\0'))
      const more: BlockInput = {
        code: 'DATA',
        struct: 'Image',
        data: many(20_000, () => ({ name: '//a.png', source: 1 })),
      }
      return packed(header, head, [fill, 60], body([more]), tail())
    },
  },
  {
    name: 'paths of 60,000 letters',
    make: () => {
      const of = { ...structs, Image: ['ID id', 'char name[60000]', 'short source'] }
      return packed(
        header,
        body(
          many(200, (index) => image(index, { name: 'a/'.repeat(30_000) })),
          of,
        ),
        tail(of),
      )
    },
  },
  {
    name: 'paths of 8,000 folders and digits',
    make: () => {
      const of = { ...structs, Image: ['ID id', 'char name[8192]', 'short source'] }
      return packed(
        header,
        body(
          many(3000, (index) =>
            image(index, { name: `${index}${index % 2 ? '/a'.repeat(4000) : '1a'.repeat(4000)}`, source: 2 }),
          ),
          of,
        ),
        tail(of),
      )
    },
  },
  {
    name: 'a hundred thousand images',
    make: () => packed(header, body(many(100_000, (index) => image(index, { name: `//${index}.png` }))), tail()),
  },
  {
    name: 'a catalogue of 60,000 structs',
    make: () => {
      const of = catalogue(60_000, () => ['char a'])
      return packed(header, body([image(1)], of), tail(of))
    },
  },
  {
    name: 'structs inside structs, 5,000 deep',
    linkable: ['OBa'],
    make: () => {
      const of = catalogue(5000, (index) => [index === 0 ? 'ID *a' : `S${index - 1} a`])
      const deepest: BlockInput = { code: 'DATA', struct: 'S4999', address: 5, data: {} }
      return packed(
        header,
        body([{ code: 'OB', struct: 'Object', address: 1, data: { 'id.name': 'OBa' } }, deepest], of),
        tail(of),
      )
    },
  },
  {
    name: 'structs full of pointers',
    linkable: ['OBa'],
    make: () => {
      const of = catalogue(1000, () => ['ID *a[8000]'])
      const holders = many(1000, (index): BlockInput => ({
        code: 'DATA',
        struct: `S${index}`,
        address: 5,
        bytes: zeros(0),
        data: {},
      }))
      return packed(
        header,
        body([{ code: 'OB', struct: 'Object', address: 1, data: { 'id.name': 'OBa' } }, ...holders], of),
        tail(of),
      )
    },
  },
  {
    name: 'a library in a library, 30 deep',
    make: () => {
      let inner = writeBlend(structs, [image(1)])
      for (let depth = 0; depth < 30; depth++)
        inner = zstdCompressSync(writeBlend(structs, carrying(inner, `//${depth}/a.blend`)))
      return inner
    },
  },
  {
    name: 'two thousand libraries inside, each a bomb',
    make: () => {
      const [head] = hugeBlock('Object', 16 * MiB - 24)
      const piece = concat([head, zeros(16 * MiB - 24)])
      const bomb = packed(header, [piece, 40], tail())
      return packed(header, body(many(2000, (index) => carrying(bomb, `//${index}.blend`)).flat()), tail())
    },
  },
  {
    name: 'view layers without end',
    make: () => {
      const layers = many(200_000, (index): BlockInput => ({
        code: 'DATA',
        struct: 'Layer',
        address: 100 + index,
        data: { name: `layer ${index}`, next: 101 + index },
      }))
      return packed(header, body([scene({ 'view_layers.first': 100 }), ...layers]), tail())
    },
  },
]

export const bombs: readonly Bomb[] = [...readingBombs, ...rewritingBombs]
