import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memorySource } from '../byte-source.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { FileLayout } from '../testing/blend-writer.ts'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { memoryFileSystem } from '../testing/memory-file-system.ts'
import { trace } from '../trace/trace.ts'
import { inspect } from '../inspect/inspect.ts'
import { nodeCodecs } from './codecs.ts'
import { compress, forms } from './testing/compress.ts'

const structs = {
  ...baseStructs,
  Image: ['ID id', 'char name[1024]', 'short source', 'short pad[3]', 'PackedFile *packedfile'],
  Numbers: ['int8_t a', 'uchar b', 'short c', 'int d', 'int64_t e', 'float f', 'double g', 'short h[3]'],
}

const layouts: readonly FileLayout[] = [
  { pointerSize: 4, littleEndian: true, version: 250 },
  { pointerSize: 4, littleEndian: false, version: 250 },
  { pointerSize: 8, littleEndian: true, version: 279 },
  { pointerSize: 8, littleEndian: false, version: 263 },
  { pointerSize: 8, littleEndian: true, version: 500 },
]

function imageFile(layout: FileLayout): Uint8Array {
  return writeBlend(
    structs,
    [
      { code: 'IM', struct: 'Image', address: 0x1000, data: { 'id.name': 'IMwood', name: '//wood.png', source: 1 } },
      { code: 'DATA', address: 0x2000, bytes: new Uint8Array(5000).fill(7) },
      { code: 'IM', struct: 'Image', address: 0x3000, data: { 'id.name': 'IMsky', name: '//sky.png', source: 1 } },
    ],
    layout,
  )
}

describe.each(layouts)(
  'a .blend of version $version, $pointerSize-byte pointers, little-endian $littleEndian',
  (layout) => {
    test.each(forms)('is read as %s', async (form) => {
      const files = { '/p/a.blend': compress(imageFile(layout), form), '/p/wood.png': 'x', '/p/sky.png': 'xy' }
      const result = await trace('/p/a.blend', { fileSystem: memoryFileSystem('posix', files), codecs: nodeCodecs })
      expect(result.usages.map(({ block, stored, files: found }) => [block, stored, found])).toEqual([
        ['IMwood', '//wood.png', ['/p/wood.png']],
        ['IMsky', '//sky.png', ['/p/sky.png']],
      ])
      const file = await BlendFile.open(memorySource(files['/p/a.blend']), { codecs: nodeCodecs })
      expect(await inspect(file, '/p/a.blend')).toMatchObject({
        compression: form === 'plain' ? 'none' : form.slice(0, 4),
        pointerSize: layout.pointerSize,
        endian: layout.littleEndian ? 'little' : 'big',
        counts: { Image: 2 },
      })
    })
  },
)

test('every number that is written is read back, in every layout', async () => {
  const numbers = fc.record({
    a: fc.integer({ min: -128, max: 127 }),
    b: fc.integer({ min: 0, max: 255 }),
    c: fc.integer({ min: -32768, max: 32767 }),
    d: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    e: fc.maxSafeInteger(),
    f: fc.float({ noNaN: true }),
    g: fc.double({ noNaN: true }),
  })
  await fc.assert(
    fc.asyncProperty(numbers, fc.constantFrom(...layouts), async (values, layout) => {
      const bytes = writeBlend(
        structs,
        [{ code: 'DATA', struct: 'Numbers', data: { ...values, h: [1, 2, 3] } }],
        layout,
      )
      const view = await (await BlendFile.open(memorySource(bytes), { codecs: nodeCodecs })).view(0)
      for (const name of ['a', 'b', 'c', 'd', 'e'] as const) expect(view.int(name)).toBe(values[name])
      for (const name of ['f', 'g'] as const) expect(view.float(name)).toBe(values[name])
    }),
    { numRuns: 60 },
  )
})

describe('damaged files', () => {
  const whole = imageFile({ pointerSize: 8, littleEndian: true, version: 405 })
  const open = (bytes: Uint8Array) => BlendFile.open(memorySource(bytes), { codecs: nodeCodecs })

  test.each([
    ['an empty file', new Uint8Array(0), 'blend.not_a_blend'],
    ['a PNG', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), 'blend.not_a_blend'],
    [
      'a compressed text',
      compress(new TextEncoder().encode('not a blend, but long enough'), 'gzip'),
      'blend.not_a_blend',
    ],
    ['half a header', whole.subarray(0, 9), 'blend.truncated'],
    ['a file without its last bytes', whole.subarray(0, whole.length - 1), 'blend.truncated'],
    ['half a file', whole.subarray(0, whole.length >> 1), 'blend.truncated'],
    ['half a zstd file', compress(whole, 'zstd').subarray(0, 100), 'blend.truncated'],
    ['half a gzip file', compress(whole, 'gzip').subarray(0, 100), 'blend.truncated'],
    ['a header of the future', new TextEncoder().encode('BLENDER17-09v0900'), 'blend.unreadable'],
    ['a header of nobody', new TextEncoder().encode('BLENDERxv279....'), 'blend.corrupt'],
  ])('%s is %s', async (_, bytes, code) => {
    await expect(open(bytes)).rejects.toMatchObject({ name: 'BlendFileError', code })
  })

  test('a seek table that lies about what is in the frames is found out', async () => {
    const { zstdCompressSync } = await import('node:zlib')
    const { seekable } = await import('./testing/compress.ts')
    const frame = zstdCompressSync(whole)
    const lie = seekable([{ frame, rawLength: whole.length - 7 }])
    await expect(open(lie)).rejects.toMatchObject({ code: 'blend.corrupt' })
  })
})
