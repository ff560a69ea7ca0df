import { createHash, randomBytes } from 'node:crypto'
import { chmod, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@backlot/contract/client'
import { type BlobRef, partSize } from '@backlot/contract/schemas/storage'
import { BlobCache } from '@backlot/transfer/blob-cache'
import { downloadBlob, downloadMany } from '@backlot/transfer/download'
import { HashCache } from '@backlot/transfer/hash-cache'
import { materialise } from '@backlot/transfer/materialise'
import type { Progress } from '@backlot/transfer/progress'
import { uploadBytes, uploadFile, uploadTree } from '@backlot/transfer/upload'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ground, makeFiles, prepareGround } from './setup.ts'
import { startStorageServer, type StorageServer } from './storage-server.ts'

let ground: Ground
let server: StorageServer
beforeAll(async () => {
  ground = await prepareGround()
  server = await startStorageServer({ ...ground, settings: ground.test.settings })
})
afterAll(async () => {
  await server?.stop()
  await ground?.[Symbol.asyncDispose]()
})

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const retries = { tries: 3, first: 5, longest: 10 }

/** A client whose calls are counted and can be made to fail. */
function watched(client: Client, before: (name: string, count: number) => Promise<void> | void = () => {}) {
  const counts: Record<string, number> = {}
  const proxy = new Proxy(client, {
    get:
      (target, name: keyof Client) =>
      async (...args: [never, never]) => {
        counts[name] = (counts[name] ?? 0) + 1
        await before(name, counts[name])
        return target[name](...args)
      },
  })
  return { client: proxy, counts }
}

describe('uploadTree', () => {
  it('sends what is missing, once, and a repetition sends nothing', async () => {
    const entries = await makeFiles(join(ground.folder, 'a'), {
      'scene.blend': 300_000,
      'empty.txt': 0,
      'tex/large.exr': 2 * partSize + 12_345,
      ...Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`tex/${index}.png`, 40_000 + index])),
    })
    await writeFile(join(ground.folder, 'a', 'copy.png'), await readFile(join(ground.folder, 'a', 'tex/7.png')))
    entries.push({ path: 'copy.png', file: join(ground.folder, 'a', 'copy.png') })
    const seen: Progress[] = []
    const { client, counts } = watched(server.client)
    using cache = new HashCache(join(ground.folder, 'hashes.sqlite'))
    const first = await uploadTree(client, entries, { cache, onProgress: (progress) => seen.push(progress) })
    expect(first).toMatchObject({ files: 304, skippedFiles: 1, sentFiles: 303 })
    expect(counts).toMatchObject({ missingBlobs: 1, beginUpload: 1, putPart: 3, completeUpload: 1, createTree: 1 })
    expect(counts.putPack).toBeLessThanOrEqual(3)
    const last = seen.at(-1)
    expect(last).toMatchObject({ stage: 'send', files: 303, totalFiles: 303, bytes: first.sentBytes })
    expect(last?.totalBytes).toBe(first.sentBytes)

    const second = await uploadTree(watched(server.client).client, entries, { cache })
    expect(second).toMatchObject({ treeId: first.treeId, skippedFiles: 304, sentFiles: 0, sentBytes: 0 })

    const { entries: stored } = await server.client.readTree({ params: { treeId: first.treeId } })
    expect(stored.map((entry) => entry.path).toSorted()).toEqual(entries.map((entry) => entry.path).toSorted())
    const blobs = new BlobCache({ folder: join(ground.folder, 'cache'), limitBytes: 1e9 })
    const laid = await materialise(server.client, stored, join(ground.folder, 'laid'), { cache: blobs })
    expect(laid).toMatchObject({ files: 304, fetchedFiles: 303, renamed: [] })
    for (const { path, file } of entries) {
      expect(sha(await readFile(join(ground.folder, 'laid', path)))).toBe(sha(await readFile(file)))
    }
  })

  it('asks for the tree alone when nothing changed, and sends again what was collected', async () => {
    const folder = join(ground.folder, 'known')
    const entries = await makeFiles(folder, { 'scene.blend': 100_000, 'tex/a.png': 5000, 'tex/b.png': 6000 })
    const past = new Date(Date.now() - 60_000)
    for (const { file } of entries) await utimes(file, past, past)
    using cache = new HashCache(join(ground.folder, 'known.sqlite'))
    const first = await uploadTree(server.client, entries, { cache })
    const again = watched(server.client)
    const seen: Progress[] = []
    const options = { cache, onProgress: (progress: Progress) => seen.push(progress) }
    expect(await uploadTree(again.client, entries.toReversed(), options)).toMatchObject({
      treeId: first.treeId,
      files: 3,
      bytes: 111_000,
      skippedFiles: 3,
      skippedBytes: 111_000,
      sentFiles: 0,
    })
    expect(again.counts).toEqual({ useTree: 1 })
    expect(seen.at(-1)).toMatchObject({ stage: 'send', totalFiles: 0 })

    // Of another tenant nothing is told.
    const stranger = watched(server.clientIn(await ground.addTenant()))
    expect(await uploadTree(stranger.client, entries, { cache })).toMatchObject({ sentFiles: 3 })
    expect(stranger.counts).toMatchObject({ useTree: 1, missingBlobs: 1, createTree: 1 })

    // The clean-up took everything: a tree that is not there is laid out anew, with its files.
    await server.storage.collectGarbage({ now: new Date(Date.now() + 30 * 86_400_000), graceSeconds: 86_400 })
    const anew = watched(server.client)
    expect(await uploadTree(anew.client, entries, { cache })).toMatchObject({ treeId: first.treeId, sentFiles: 3 })
    expect(anew.counts).toEqual({ useTree: 1, missingBlobs: 1, putPack: 1, createTree: 1 })

    // One file changed: its tree is new, so it is not asked for.
    await writeFile(entries[1]?.file ?? '', randomBytes(5000))
    const changed = watched(server.client)
    expect(await uploadTree(changed.client, entries, { cache })).toMatchObject({ sentFiles: 1, skippedFiles: 2 })
    expect(changed.counts).toEqual({ missingBlobs: 1, putPack: 1, createTree: 1 })
  })

  it('goes on where it was cancelled, without sending a part twice', async () => {
    const entries = await makeFiles(join(ground.folder, 'cancel'), { 'big.vdb': 5 * partSize + 1 })
    const stop = new AbortController()
    const first = watched(server.client, (name, count) => {
      if (name === 'putPart' && count === 4) stop.abort(new Error('cancelled by the person'))
    })
    await expect(uploadTree(first.client, entries, { signal: stop.signal, concurrency: 1 })).rejects.toThrow(
      'cancelled by the person',
    )
    expect(first.counts.putPart).toBe(4)
    const second = watched(server.client)
    await uploadTree(second.client, entries)
    expect(second.counts.putPart).toBe(3)
  })

  it('survives a server that fails now and then', async () => {
    const entries = await makeFiles(join(ground.folder, 'flaky'), { 'big.vdb': 3 * partSize, 'small.png': 10 })
    const flaky = watched(server.client, (_, count) => {
      if (count % 2 === 1) throw new TypeError('fetch failed')
    })
    expect(await uploadTree(flaky.client, entries, { retries: { ...retries, tries: 10 } })).toMatchObject({
      sentFiles: 2,
    })
  })

  it('lets two people upload the same large file at the same time', async () => {
    const entries = await makeFiles(join(ground.folder, 'both'), { 'big.vdb': 4 * partSize + 5, 'b.png': 90_000 })
    const both = await Promise.all([uploadTree(server.client, entries), uploadTree(server.client, entries)])
    expect(both[0].treeId).toBe(both[1].treeId)
    const rows = await ground.test.admin<{ n: number }>(
      'select count(*)::int as n from backlot.blobs where sha256 = $1',
      [
        createHash('sha256')
          .update(await readFile(entries[0]?.file ?? ''))
          .digest(),
      ],
    )
    expect(rows[0]?.n).toBe(1)
  })

  it('says so when a file changes while it is sent', async () => {
    const entries = await makeFiles(join(ground.folder, 'changes'), { 'live.png': 50_000, 'big.vdb': 2 * partSize })
    for (const { file } of entries) {
      const meddled = watched(server.client, async (name) => {
        if (name === 'missingBlobs') await writeFile(file, randomBytes((await stat(file)).size))
      })
      await expect(uploadTree(meddled.client, entries)).rejects.toMatchObject({
        code: 'transfer.file_changed',
        details: { file },
      })
    }
    await expect(uploadTree(server.client, [{ path: 'x', file: '/no/such/file' }])).rejects.toMatchObject({
      code: 'transfer.unreadable',
    })
  })
})

describe('outputs of a worker', () => {
  it('sends a frame in one request, larger things in parts, from memory as well', async () => {
    const [frame] = await makeFiles(join(ground.folder, 'out'), { 'frame.png': 2_000_000 })
    const { client, counts } = watched(server.attemptClient('j'))
    const ref = await uploadFile(client, frame?.file ?? '')
    expect(counts).toEqual({ putPack: 1 })
    expect(ref.sha256).toBe(sha(await readFile(frame?.file ?? '')))
    const bytes = randomBytes(partSize + 5)
    expect(await uploadBytes(client, bytes)).toEqual({ sha256: sha(bytes), size: bytes.length })
    expect(counts).toEqual({ putPack: 1, beginUpload: 1, putPart: 2, completeUpload: 1 })
  })
})

describe('downloads', () => {
  it('resumes behind what arrived, and never shows a partial file', async () => {
    const bytes = randomBytes(5_000_000)
    const blob = await uploadBytes(server.client, bytes)
    const target = join(ground.folder, 'down', 'frame.exr')
    const ranges: (string | undefined)[] = []
    const breaking = {
      readBlob: async (...[input, options]: Parameters<Client['readBlob']>) => {
        ranges.push(options?.headers?.range)
        const response = await server.client.readBlob(input, options)
        if (ranges.length > 2) return response
        let passed = 0
        const cut = new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            passed += chunk.length
            if (passed > 1_500_000) controller.error(new TypeError('terminated'))
            else controller.enqueue(chunk)
          },
        })
        return new Response(response.body?.pipeThrough(cut), { status: response.status })
      },
    }
    await expect(downloadBlob(breaking, blob, target, { retries: { ...retries, tries: 1 } })).rejects.toThrow(
      'terminated',
    )
    await expect(stat(target)).rejects.toThrow('ENOENT')
    await downloadBlob(breaking, blob, target, { retries })
    expect(ranges[0]).toBeUndefined()
    expect(ranges.slice(1).every((range) => /^bytes=[1-9]\d*-$/.test(range ?? ''))).toBe(true)
    expect(sha(await readFile(target))).toBe(blob.sha256)
  })

  it('fetches anew what an earlier process left broken, and refuses a lying server', async () => {
    const blob = await uploadBytes(server.client, randomBytes(100_000))
    const target = join(ground.folder, 'broken', 'a.png')
    await downloadBlob(server.client, blob, target)
    await writeFile(`${target}.${blob.sha256.slice(0, 16)}.part`, randomBytes(50_000))
    await downloadBlob(server.client, blob, target)
    expect(sha(await readFile(target))).toBe(blob.sha256)
    const lying = { readBlob: async () => new Response(randomBytes(100_000)) }
    await expect(downloadBlob(lying, blob, join(ground.folder, 'lie'))).rejects.toMatchObject({
      code: 'blob.hash_mismatch',
    })
    await expect(stat(join(ground.folder, 'lie'))).rejects.toThrow('ENOENT')
  })

  it('fetches many, leaves alone what is there, and can be cancelled', async () => {
    const files = await Promise.all(
      Array.from({ length: 20 }, async (_, index) => ({
        ...(await uploadBytes(server.client, randomBytes(10_000 + index))),
        target: join(ground.folder, 'many', `${index}.png`),
      })),
    )
    const stop = new AbortController()
    let arrived = 0
    const onFile = () => {
      if (++arrived === 8) stop.abort(new Error('enough'))
    }
    const watch = watched(server.client)
    await expect(downloadMany(watch.client, files, { signal: stop.signal, onFile })).rejects.toThrow('enough')
    expect(watch.counts).toEqual({ readPack: 1 })
    const [there] = await readdir(join(ground.folder, 'many'))
    await writeFile(join(ground.folder, 'many', there ?? ''), 'somebody else')
    const result = await downloadMany(server.client, files)
    expect(result).toMatchObject({ files: 20, skippedFiles: arrived - 1 })
    expect((await readdir(join(ground.folder, 'many'))).filter((name) => !name.endsWith('.png'))).toEqual([])
    for (const { target, sha256 } of files) expect(sha(await readFile(target))).toBe(sha256)
  })
})

describe('materialise', () => {
  it(
    'fetches small files together and large ones alone, each once, also when a pack lies',
    { timeout: 120_000 },
    async () => {
      const sizes = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`tex/${index}.png`, 60_000 + index]))
      const entries = await makeFiles(join(ground.folder, 'lay'), { ...sizes, 'scene.blend': 2_000_000, empty: 0 })
      await writeFile(join(ground.folder, 'lay', 'twin.png'), await readFile(join(ground.folder, 'lay', 'tex/1.png')))
      entries.push({ path: 'twin.png', file: join(ground.folder, 'lay', 'twin.png') })
      const { treeId } = await uploadTree(server.client, entries)
      const stored = (await server.client.readTree({ params: { treeId } })).entries
      const cacheIn = (name: string) => new BlobCache({ folder: join(ground.folder, name), limitBytes: 1e9 })
      const check = async (folder: string) => {
        for (const { path, file } of entries)
          expect(sha(await readFile(join(ground.folder, folder, path)))).toBe(sha(await readFile(file)))
      }

      const cache = cacheIn('lay-cache')
      const counting = watched(server.client)
      const into = (folder: string) => join(ground.folder, folder)
      const laid = await materialise(counting.client, stored, into('laid-1'), { cache })
      expect(laid).toMatchObject({ files: 303, fetchedFiles: 302 })
      expect(counting.counts).toEqual({ readPack: 3, readBlob: 1 })
      await check('laid-1')
      expect(await cache.size()).toBe(laid.fetchedBytes)

      const warm = watched(server.client)
      expect(await materialise(warm.client, stored, into('laid-2'), { cache })).toMatchObject({ fetchedFiles: 0 })
      expect(warm.counts).toEqual({})

      const lying = {
        ...server.client,
        readPack: async (...args: Parameters<Client['readPack']>) => {
          const bytes = new Uint8Array(await (await server.client.readPack(...args)).arrayBuffer())
          bytes[40] = (bytes[40] ?? 0) ^ 1 // in the content of its first file
          return new Response(bytes)
        },
      }
      const doubtful = watched(lying)
      await materialise(doubtful.client, stored, into('laid-3'), { cache: cacheIn('other-cache') })
      expect(doubtful.counts).toEqual({ readPack: 3, readBlob: 4 })
      await check('laid-3')

      // Two slots of a worker that begin the same job at once.
      const shared = cacheIn('shared-cache')
      const both = watched(server.client)
      await Promise.all(
        ['laid-4', 'laid-5'].map((folder) => materialise(both.client, stored, into(folder), { cache: shared })),
      )
      expect(both.counts.readPack).toBe(3)
      await check('laid-5')

      // A cache that is smaller than the tree.
      const small = new BlobCache({ folder: join(ground.folder, 'tiny-cache'), limitBytes: 10_000_000 })
      await materialise(server.client, stored, into('laid-6'), { cache: small, concurrency: 1 })
      expect(await small.size()).toBeLessThanOrEqual(10_000_000)
      await check('laid-6')
    },
  )
})

describe('BlobCache', () => {
  it('notices that an entry was written to, and stays within its limit', async () => {
    const folder = join(ground.folder, 'small-cache')
    const cache = new BlobCache({ folder, limitBytes: 100_000 })
    const blobs = await Promise.all([1, 2, 3].map(() => uploadBytes(server.client, randomBytes(40_000))))
    const [first, second, third] = blobs as [(typeof blobs)[0], (typeof blobs)[0], (typeof blobs)[0]]
    expect(await cache.ensure(server.client, first)).toBe(true)
    expect(await cache.ensure(server.client, first)).toBe(false)
    const path = join(folder, first.sha256.slice(0, 2), first.sha256)
    await chmod(path, 0o644)
    await writeFile(path, randomBytes(40_000))
    expect(await cache.ensure(server.client, first)).toBe(true)
    expect(sha(await readFile(path))).toBe(first.sha256)

    await cache.ensure(server.client, second)
    await cache.ensure(server.client, first) // used last
    await cache.ensure(server.client, third)
    expect(await cache.size()).toBeLessThanOrEqual(100_000)
    expect(await cache.copyTo(second, join(ground.folder, 'gone'))).toBe(false)
    expect(await cache.copyTo(third, join(ground.folder, 'copy'))).toBe(true)
    await writeFile(join(ground.folder, 'copy'), 'a scene wrote here')
    expect(await cache.ensure(server.client, third)).toBe(false)
  })

  it('throws out what was used longest ago, and nothing that somebody holds', async () => {
    const cache = new BlobCache({ folder: join(ground.folder, 'held-cache'), limitBytes: 200_000 })
    const blobs = await Promise.all(Array.from({ length: 6 }, () => uploadBytes(server.client, randomBytes(40_000))))
    const [held, used, third, fourth, fifth, sixth] = blobs as [BlobRef, BlobRef, BlobRef, BlobRef, BlobRef, BlobRef]
    const hold = cache.hold([held])
    for (const blob of [held, used, third, fourth]) await cache.ensure(server.client, blob)
    await cache.ensure(server.client, used)
    const here = async () => {
      const found = await readdir(join(ground.folder, 'held-cache'), { recursive: true })
      return blobs.map(({ sha256 }) => found.some((path) => path.endsWith(sha256)))
    }
    for (const blob of [fifth, sixth]) await cache.ensure(server.client, blob)
    expect(await here()).toEqual([true, true, false, false, true, true])

    // Emptying it leaves what is held; after that it goes like the rest.
    await cache.empty()
    expect(await here()).toEqual([true, false, false, false, false, false])
    await hold[Symbol.asyncDispose]()
    await cache.empty()
    expect(await cache.size()).toBe(0)
  })

  it('grows beyond its limit for what is laid out just now, fetches it once, and keeps to its limit again', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `${index}.vdb`)
    const sizes = Object.fromEntries(names.map((name) => [name, 1_500_000]))
    const { treeId } = await uploadTree(server.client, await makeFiles(join(ground.folder, 'caches'), sizes))
    const stored = (await server.client.readTree({ params: { treeId } })).entries
    const cache = new BlobCache({ folder: join(ground.folder, 'narrow-cache'), limitBytes: 2_000_000 })
    const { client, counts } = watched(server.client)
    await materialise(client, stored, join(ground.folder, 'laid-caches'), { cache, concurrency: 8 })
    expect(counts).toEqual({ readBlob: 8 })
    expect(await cache.size()).toBeLessThanOrEqual(2_000_000)
    const again = new BlobCache({ folder: join(ground.folder, 'narrow-cache'), limitBytes: 2_000_000 })
    expect(await again.size()).toBe(await cache.size())
  })
})
