import { appendFile, mkdtemp, open, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ByteSource } from '../byte-source.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { BlockInput, FileLayout } from '../testing/blend-writer.ts'
import { concat, writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { trace } from '../trace/trace.ts'
import { openFile } from './byte-source.ts'
import { nodeCodecs } from './codecs.ts'
import { nodeFileSystem } from './file-system.ts'
import { traceFile } from './trace-file.ts'

const structs = { ...baseStructs, Image: ['ID id', 'char name[1024]', 'short source', 'short pad[3]'] }
const MiB = 1024 * 1024

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blendfile-large-'))
})
afterAll(() => rm(folder, { recursive: true }))

const image = (name: string): BlockInput => ({
  code: 'IM',
  struct: 'Image',
  address: 0x1000,
  data: { 'id.name': `IM${name}`, name: `//${name}.png`, source: 1 },
})

/** Blocks of zeros that are only said to be there: a sparse file. Resolves to its size. */
async function writeSparse(path: string, layout: FileLayout, lengths: readonly number[]): Promise<number> {
  const isLarge = layout.version >= 500
  const [headerBytes, headBytes] = isLarge ? [17, 32] : [12, 24]
  const whole = writeBlend(structs, [{ code: 'DATA' }], layout)
  const head = whole.slice(headerBytes, headerBytes + headBytes)
  const tail = writeBlend(structs, [image('last')], layout).slice(headerBytes)
  const file = await open(path, 'w')
  let at = headerBytes
  await file.write(whole, 0, headerBytes, 0)
  for (const length of lengths) {
    const view = new DataView(head.buffer)
    if (isLarge) view.setBigInt64(16, BigInt(length), true)
    else view.setInt32(4, length, true)
    await file.write(head, 0, headBytes, at)
    at += headBytes + length
  }
  await file.write(tail, 0, tail.length, at)
  await file.close()
  return at + tail.length
}

/** A disk that counts what is read from it. */
function countingFileSystem() {
  const disk = nodeFileSystem()
  const counts = { bytes: 0 }
  const counted = (source: ByteSource): ByteSource => ({
    ...source,
    async read(target, position) {
      const count = await source.read(target, position)
      counts.bytes += count
      return count
    },
  })
  return { counts, fileSystem: { ...disk, open: async (path: string) => counted(await disk.open(path)) } }
}

describe('a file larger than 4 GB', () => {
  test.each([
    ['one block of 5 GB', 500, [5 * 1024 * MiB]],
    ['blocks of 2 GB', 405, [0x7ffffffc, 0x7ffffffc, 0x7ffffffc]],
  ])('%s is read where it matters', async (_, version, lengths) => {
    const path = join(folder, `${version}.blend`)
    const size = await writeSparse(path, { pointerSize: 8, littleEndian: true, version }, lengths)
    expect((await stat(path)).size).toBe(size)
    expect(size).toBeGreaterThan(2 ** 32)
    const { counts, fileSystem } = countingFileSystem()
    const result = await trace(path, { fileSystem, codecs: nodeCodecs })
    expect(result.usages).toMatchObject([{ block: 'IMlast', path: join(folder, 'last.png') }])
    expect(counts.bytes).toBeLessThan(MiB)
    await rm(path)
  })
})

test('of a file with much in it and few references, little is read', async () => {
  const path = join(folder, 'much.blend')
  const mesh = (index: number): BlockInput => ({
    code: 'DATA',
    address: 0x2000 + index,
    bytes: new Uint8Array(200_000),
  })
  await writeFile(
    path,
    writeBlend(structs, [image('first'), ...Array.from({ length: 200 }, (_, index) => mesh(index)), image('last')]),
  )
  const { counts, fileSystem } = countingFileSystem()
  const { usages } = await trace(path, { fileSystem, codecs: nodeCodecs })
  expect(usages.map(({ block }) => block)).toEqual(['IMfirst', 'IMlast'])
  // Block heads lie 200 KB apart: a window of 64 KiB for each of the 200, and the pages of what is needed.
  expect((await stat(path)).size).toBeGreaterThan(40e6)
  expect(counts.bytes).toBeLessThan(15e6)
})

describe('a file that changes while it is read', () => {
  const blocks = [
    image('first'),
    ...Array.from({ length: 100 }, (): BlockInput => ({ code: 'DATA', bytes: new Uint8Array(100_000) })),
    image('last'),
  ]
  const whole = writeBlend(structs, blocks)

  test.each([8, 7, 1, 0])('cut to %i MB: it is truncated, not worse', async (megabytes) => {
    const path = join(folder, 'shrinking.blend')
    await writeFile(path, whole)
    const source = await openFile(path)
    await truncate(path, megabytes * 1_000_000)
    const opening = BlendFile.open(source, { codecs: nodeCodecs })
    await expect(opening).rejects.toMatchObject({ code: megabytes === 0 ? 'blend.not_a_blend' : 'blend.truncated' })
  })

  test('cut after it was opened', async () => {
    const path = join(folder, 'shrinking.blend')
    await writeFile(path, whole)
    const file = await BlendFile.open(await openFile(path), { codecs: nodeCodecs })
    file.content.release()
    await truncate(path, 1_000_000)
    expect(await file.nameOf(file.ids[0]!)).toBe('IMfirst')
    await expect(file.nameOf(file.ids[1]!)).rejects.toMatchObject({ code: 'blend.truncated' })
    await file.close()
  })

  test('longer: it is what it was', async () => {
    const path = join(folder, 'growing.blend')
    await writeFile(path, whole)
    const file = await BlendFile.open(await openFile(path), { codecs: nodeCodecs })
    await appendFile(path, new Uint8Array(MiB))
    expect(await file.nameOf(file.ids[1]!)).toBe('IMlast')
    await file.close()
    expect((await traceFile(path)).usages).toHaveLength(2)
  })

  test('a seek table that is cut off is none', async () => {
    const { compress } = await import('./testing/compress.ts')
    const packed = compress(whole, 'zstd-seekable')
    const shrunk: ByteSource = {
      size: packed.length,
      async read(target, position) {
        const part = packed.subarray(position, Math.min(position + target.length, packed.length - 40))
        // The footer is there when it is asked for alone.
        if (target.length === 9) {
          target.set(packed.subarray(-9))
          return 9
        }
        target.set(part)
        return part.length
      },
      async close() {},
    }
    await expect(BlendFile.open(shrunk, { codecs: nodeCodecs })).rejects.toMatchObject({ code: 'blend.truncated' })
  })
})

test('what is behind a file does not matter', async () => {
  const { compress } = await import('./testing/compress.ts')
  const small = writeBlend(structs, [image('first')])
  const garbage = new TextEncoder().encode('garbage')
  // Node's gunzip takes anything but zeros for the start of another member, and says nothing of what came before.
  for (const [form, behind] of [
    ['plain', garbage],
    ['gzip', new Uint8Array(9)],
    ['gzip-members', new Uint8Array(9)],
  ] as const) {
    const path = join(folder, `${form}.blend`)
    await writeFile(path, concat([compress(small, form), behind]))
    expect((await traceFile(path)).usages).toHaveLength(1)
  }
})
