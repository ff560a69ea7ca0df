import { createHash } from 'node:crypto'
import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPromise } from 'yauzl'
import { readZip } from '../testing/read-zip.ts'
import type { ZipMethod } from '@backlot/base/node/zip-records'
import { chunkBytes, prepareEntry, ZipWriter } from './zip-writer.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-zip-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Bytes that deflate well but are not the same over and over. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0; at < length; at++) bytes[at] = (at * 7 + (at >> 9)) & 0x3f
  return bytes
}

async function* inChunks(bytes: Uint8Array, step = chunkBytes): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
}

type Entry = { path: string; method: ZipMethod; bytes: Uint8Array; streamed?: boolean; claims?: number }

async function archive(name: string, entries: readonly Entry[]): Promise<string> {
  const path = join(folder, name)
  const file = await open(path, 'w')
  try {
    const writer = new ZipWriter(file)
    for (const { path, method, bytes, streamed, claims = bytes.length } of entries) {
      if (streamed) await writer.addStream({ path, method, size: claims, chunks: inChunks(bytes) })
      else await writer.addPrepared(await prepareEntry(path, method, bytes))
    }
    expect(await writer.finish()).toBe((await file.stat()).size)
  } finally {
    await file.close()
  }
  return path
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('ZipWriter', () => {
  it('writes what others read: small and large, stored and deflated, empty, with any name', async () => {
    const large = pattern(5 * chunkBytes + 123)
    const entries: Entry[] = [
      { path: 'shots/Szene 日本.blend', method: 'deflate', bytes: large, streamed: true },
      { path: 'tex/wood.png', method: 'store', bytes: large, streamed: true },
      { path: 'small.txt', method: 'deflate', bytes: pattern(1000) },
      { path: 'stored.png', method: 'store', bytes: pattern(1000) },
      { path: 'empty', method: 'deflate', bytes: pattern(0) },
      { path: 'streamed/empty', method: 'deflate', bytes: pattern(0), streamed: true },
      { path: 'exact', method: 'deflate', bytes: pattern(chunkBytes), streamed: true },
    ]
    const found = await readZip(await archive('all.zip', entries))
    expect([...found.keys()]).toEqual(entries.map(({ path }) => path))
    for (const { path, method, bytes } of entries) {
      expect(found.get(path)).toEqual({ size: bytes.length, stored: method === 'store', sha256: sha256(bytes) })
    }
  })

  it('deflates in pieces as well as in one', async () => {
    const bytes = await readFile(process.execPath).then((file) => file.subarray(0, 8 * chunkBytes))
    const pieces = await archive('pieces.zip', [{ path: 'node', method: 'deflate', bytes, streamed: true }])
    const whole = await archive('whole.zip', [{ path: 'node', method: 'deflate', bytes }])
    const [{ length }, { length: atOnce }] = await Promise.all([readFile(pieces), readFile(whole)])
    expect(length).toBeLessThan(atOnce * 1.001)
  })

  it('gives the same bytes for the same entries', async () => {
    const entries: Entry[] = [
      { path: 'a', method: 'deflate', bytes: pattern(3 * chunkBytes), streamed: true },
      { path: 'b', method: 'store', bytes: pattern(10) },
    ]
    const [first, second] = [await archive('first.zip', entries), await archive('second.zip', entries)]
    expect(await readFile(first)).toEqual(await readFile(second))
  })

  it('keeps 64-bit sizes for what may need them, and 65,536 entries', async () => {
    const many = Array.from({ length: 65_536 }, (_, index): Entry => ({
      path: `${index}`,
      method: 'store',
      bytes: pattern(0),
    }))
    const large: Entry = { path: 'large', method: 'deflate', bytes: pattern(1000), streamed: true, claims: 5e9 }
    const zip = await openPromise(await archive('many.zip', [large, ...many]))
    expect(zip.entryCount).toBe(65_537)
    for await (const { uncompressedSize } of zip.eachEntry()) {
      expect(uncompressedSize).toBe(1000)
      break
    }
    zip.close()
  })
})
