import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { memorySink } from '../byte-sink.ts'
import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import { readZstdFrames } from '../content/zstd-frames.ts'
import { BlendFile } from '../file/blend-file.ts'
import { renamePaths } from '../rewrite/rename-paths.ts'
import { concat, writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { pathsOf } from '../trace/stored-paths.ts'
import { nodeCodecs } from './codecs.ts'

/** Containers that Blender does not write, and others may. */

const structs = { ...baseStructs, Text: ['ID id', 'char *name'] }
const text = (path: string, more: number) =>
  writeBlend(structs, [
    { code: 'TX', struct: 'Text', address: 0x10, data: { 'id.name': 'TXa', name: 0x20 } },
    { code: 'DATA', address: 0x20, bytes: new TextEncoder().encode(`${path}\0`) },
    { code: 'DATA', address: 0x30, bytes: new Uint8Array(more).fill(7) },
  ])
const where = { path: '/p/a.blend', style: 'posix' } as const
const longer = '//a/longer/path/than/before.txt'

async function moved(bytes: Uint8Array, codecs = nodeCodecs): Promise<Uint8Array> {
  const sink = memorySink()
  await renamePaths(memorySource(bytes), sink, () => longer, { ...where, codecs })
  return sink.bytes()
}

async function pathIn(bytes: Uint8Array, codecs = nodeCodecs): Promise<string[]> {
  const file = await BlendFile.open(memorySource(bytes), { codecs })
  return (await pathsOf(file, where.path, where.style)).paths.map(({ stored }) => stored)
}

const skippable = (length: number) => {
  const frame = new Uint8Array(8 + length).fill(0x33)
  new DataView(frame.buffer).setUint32(0, 0x184d2a53, true)
  new DataView(frame.buffer).setUint32(4, length, true)
  return frame
}

/** A table as the seekable format has it, with checksums, which nobody checks. */
function tableWithChecksums(frames: readonly [length: number, rawLength: number][]): Uint8Array {
  const table = new DataView(new ArrayBuffer(8 + frames.length * 12 + 9))
  table.setUint32(0, 0x184d2a5e, true)
  table.setUint32(4, table.byteLength - 8, true)
  frames.forEach(([length, rawLength], index) => {
    table.setUint32(8 + index * 12, length, true)
    table.setUint32(12 + index * 12, rawLength, true)
    table.setUint32(16 + index * 12, 0xdeadbeef, true)
  })
  table.setUint32(table.byteLength - 9, frames.length, true)
  table.setUint8(table.byteLength - 5, 0x80)
  table.setUint32(table.byteLength - 4, 0x8f92eab1, true)
  return new Uint8Array(table.buffer)
}

test.each([
  ['that says how long it is', 1],
  ['that does not', 0],
])('one frame, too large for memory, %s: it is streamed', async (_, sized) => {
  const plain = text('//a.txt', 20 * 1024 * 1024)
  const result = await moved(zstdCompressSync(plain, { params: { [constants.ZSTD_c_contentSizeFlag]: sized } }))
  expect(await pathIn(result)).toEqual([longer])
  const { count, rawOffsets } = await readZstdFrames(memorySource(result))
  // `//a.txt` is a block of 8 bytes, the longer path one of 32.
  expect([count, rawOffsets?.[1]]).toEqual([1, plain.length + 24])
})

test('frames that do not say how long they are', async () => {
  const plain = text('//a.txt', 1000)
  const bare = { params: { [constants.ZSTD_c_contentSizeFlag]: 0 } }
  const parts = [plain.subarray(0, 300), plain.subarray(300)].map((raw) => zstdCompressSync(raw, bare))
  const result = await moved(concat(parts))
  expect(await pathIn(result)).toEqual([longer])
  expect((await readZstdFrames(memorySource(result))).count).toBe(2)
})

test('a seek table with checksums becomes one without', async () => {
  const plain = text('//a.txt', 1000)
  const parts = [plain.subarray(0, 300), plain.subarray(300)].map((raw) => ({ raw, packed: zstdCompressSync(raw) }))
  const table = tableWithChecksums(parts.map(({ raw, packed }) => [packed.length, raw.length]))
  const result = await moved(concat([...parts.map(({ packed }) => packed), table]))
  expect(await pathIn(result)).toEqual([longer])
  expect([result.at(-5), new DataView(result.buffer, result.length - 9).getUint32(0, true)]).toEqual([0, 2])
  expect((await readZstdFrames(memorySource(result))).rawOffsets?.[2]).toBe(plain.length + 24)
})

test('what is between frames is copied; a table that did not fit is written anew', async () => {
  const plain = text('//a.txt', 1000)
  const [first, second] = [zstdCompressSync(plain.subarray(0, 300)), zstdCompressSync(plain.subarray(300))]
  const wrong = tableWithChecksums([[1, 1]])
  const bytes = concat([first, skippable(11), second, skippable(5)])
  const copied = await moved(bytes)
  expect(await pathIn(copied)).toEqual([longer])
  expect(Buffer.from(copied).includes(Buffer.from(skippable(11)))).toBe(true)
  expect(copied.subarray(-13)).toEqual(skippable(5))

  const repaired = await moved(concat([first, skippable(11), second, wrong]))
  expect(await pathIn(repaired)).toEqual([longer])
  const { count, rawOffsets } = await readZstdFrames(memorySource(repaired))
  expect([count, rawOffsets?.[count]]).toEqual([3, plain.length + 24])
})

test("a browser's own codecs rewrite gzip", async () => {
  const result = await moved(gzipSync(text('//a.txt', 3_000_000)), webCodecs)
  expect(await pathIn(result, webCodecs)).toEqual([longer])
  expect([...result.subarray(0, 2)]).toEqual([0x1f, 0x8b])
})
