import { describe, expect, test } from 'vitest'
import type { ByteSource } from '../byte-source.ts'
import { memorySource } from '../byte-source.ts'
import { Content } from './content.ts'
import { WorkMeter } from './expansion.ts'
import { plainLoader } from './plain.ts'
import { streamLoader } from './stream.ts'

const MiB = 1024 * 1024

/** Bytes that tell where they are. */
function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8)) & 0xff
  return bytes
}

function counted(source: ByteSource): { source: ByteSource; reads: number[] } {
  const reads: number[] = []
  const read: ByteSource['read'] = (target, position) => {
    reads.push(target.length)
    return source.read(target, position)
  }
  return { source: { ...source, read }, reads }
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000)
}

const loaders = {
  'a small file': (bytes: Uint8Array) => plainLoader(memorySource(bytes.subarray(0, 3 * MiB))),
  'a large file': (bytes: Uint8Array) => plainLoader(memorySource(bytes)),
  'a stream': (bytes: Uint8Array) =>
    streamLoader(
      () => chunksOf(bytes),
      100 * MiB,
      new WorkMeter(1000 * MiB),
      async () => {},
    ),
}

describe.each(Object.entries(loaders))('%s', (name, loader) => {
  const bytes = pattern(name === 'a small file' ? 3 * MiB : 6 * MiB + 123)

  test('gives any bytes, forwards and backwards, with almost no cache', async () => {
    const content = new Content(loader(bytes), 1)
    for (const [offset, length] of [
      [0, 12],
      [2 * MiB - 5, 10],
      [MiB, MiB + 17],
      [bytes.length - 9, 9],
      [3, 4],
    ] as const) {
      expect(Buffer.compare(await content.read(offset, length), bytes.subarray(offset, offset + length))).toBe(0)
    }
  })

  test('ends where it ends', async () => {
    const content = new Content(loader(bytes))
    await expect(content.read(bytes.length - 4, 5)).rejects.toMatchObject({
      code: 'blend.truncated',
      details: { offset: bytes.length },
    })
    await expect(content.read(bytes.length + 5 * MiB, 1)).rejects.toMatchObject({ code: 'blend.truncated' })
    expect(await content.pass(bytes.length)).toBeUndefined()
  })

  test('can be passed over', async () => {
    const content = new Content(loader(bytes))
    let at = 0
    for (let page = await content.pass(0); page !== undefined; page = await content.pass(at)) {
      expect(page.bytes[at - page.start]).toBe(bytes[at])
      at = page.start + page.bytes.length
    }
    expect(at).toBe(bytes.length)
  })
})

test('what was read is at hand, what was released is not', async () => {
  const content = new Content(plainLoader(memorySource(pattern(1000))))
  expect(content.peek(10, 5)).toBeUndefined()
  await content.read(0, 1)
  expect(content.peek(10, 5)).toHaveLength(5)
  content.release()
  expect(content.peek(10, 5)).toBeUndefined()
})

test('a pass that jumps over large blocks reads little of them', async () => {
  const { source, reads } = counted({
    ...memorySource(new Uint8Array(0)),
    size: 1000 * MiB,
    read: async (target) => target.length,
  })
  const content = new Content(plainLoader(source))
  for (let at = 0; at < 1000 * MiB; at += 10 * MiB) await content.pass(at)
  expect(reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(10 * MiB)
})

test('a stream that never ends is stopped', async () => {
  const endless = async function* () {
    for (;;) yield new Uint8Array(MiB)
  }
  const content = new Content(streamLoader(endless, 5 * MiB, new WorkMeter(100 * MiB), async () => {}))
  await expect(content.read(50 * MiB, 1)).rejects.toMatchObject({ code: 'blend.too_large' })
})

test('a stream that breaks is good up to there', async () => {
  const breaking = async function* () {
    yield pattern(MiB + 100)
    throw new Error('checksum')
  }
  const content = new Content(streamLoader(breaking, 5 * MiB, new WorkMeter(100 * MiB), async () => {}))
  expect(await content.read(MiB + 50, 50)).toHaveLength(50)
  expect(await content.read(10, 50)).toHaveLength(50)
  for (const offset of [MiB + 100, 3 * MiB]) {
    await expect(content.read(offset, 1)).rejects.toMatchObject({ code: 'blend.corrupt' })
    await expect(content.pass(offset)).rejects.toMatchObject({ code: 'blend.corrupt' })
  }
})

test('a stream that is read to and fro for too long is stopped', async () => {
  const open = () => chunksOf(pattern(4 * MiB))
  const content = new Content(
    streamLoader(open, 5 * MiB, new WorkMeter(20 * MiB), async () => {}),
    1,
  )
  const toAndFro = async () => {
    for (;;) {
      await content.read(0, 1)
      await content.read(3 * MiB, 1)
    }
  }
  await expect(toAndFro()).rejects.toMatchObject({ code: 'blend.too_large' })
})
