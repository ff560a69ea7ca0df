import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { dirname, join } from 'node:path'
import { type Client, createClient } from '@backlot/contract/client'
import { type BlobRef, packTarget, partSize } from '@backlot/contract/schemas/storage'
import { BlobCache } from '@backlot/transfer/blob-cache'
import { downloadBlob, unfinishedOf } from '@backlot/transfer/download'
import { materialise } from '@backlot/transfer/materialise'
import { uploadBytes, uploadTree } from '@backlot/transfer/upload'
import { until } from '../src/until.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Ground, makeFiles, prepareGround } from './setup.ts'
import { personIn, startStorageServer, type StorageServerOptions } from './storage-server.ts'

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterAll(() => ground?.[Symbol.asyncDispose]())

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

async function startProcess(options: StorageServerOptions): Promise<{ child: ChildProcess; url: string }> {
  const script = join(import.meta.dirname, 'server-process.ts')
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, url }
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

function clientOf(url: string): Client {
  return createClient({ server: url, headers: () => ({ 'x-caller': JSON.stringify(personIn(ground.tenantId)) }) })
}

describe('a server that is killed in the middle of an upload', { timeout: 120_000 }, () => {
  it('goes on where it was: what was acknowledged is there, nothing half is visible', async () => {
    const folder = join(ground.folder, 'killed')
    const options = { settings: ground.test.settings, folder, tenantId: ground.tenantId }
    const entries = await makeFiles(join(ground.folder, 'source'), {
      'big.vdb': 5 * partSize + 77,
      ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`tex/${index}.png`, 90_000])),
    })
    let { child, url } = await startProcess(options)
    const port = Number(new URL(url).port)
    const acknowledged: string[] = []
    let kills = 0
    const fragile = new Proxy(clientOf(url), {
      get:
        (target, name: keyof Client) =>
        async (...args: [never, never]) => {
          const result = await target[name](...args)
          acknowledged.push(name)
          return result
        },
    })
    const uploading = uploadTree(fragile, entries, { retries: { tries: 40, first: 50, longest: 200 } })
    uploading.catch(() => {}) // awaited below
    while (kills < 2) {
      const before = acknowledged.length
      while (acknowledged.length < before + 2) await new Promise((done) => setTimeout(done, 5))
      await kill(child)
      kills++
      ;({ child, url } = await startProcess({ ...options, port }))
    }
    const uploaded = await uploading
    expect(uploaded.files).toBe(201)
    // Nothing that was acknowledged was sent again.
    expect(acknowledged.filter((name) => name === 'putPart')).toHaveLength(6)

    const { entries: stored } = await clientOf(url).readTree({ params: { treeId: uploaded.treeId } })
    const cache = new BlobCache({ folder: join(ground.folder, 'cache'), limitBytes: 1e9 })
    await materialise(clientOf(url), stored, join(ground.folder, 'laid'), { cache })
    for (const { path, file } of entries)
      expect(sha(await readFile(join(ground.folder, 'laid', path)))).toBe(sha(await readFile(file)))
    await kill(child)
  })

  it('shows nothing of a pack that was cut off', async () => {
    const folder = join(ground.folder, 'cut')
    const { child, url } = await startProcess({ settings: ground.test.settings, folder, tenantId: ground.tenantId })
    const bytes = randomBytes(1_000_000)
    const head = Buffer.alloc(36)
    head.write(sha(bytes), 'hex')
    head.writeUInt32BE(bytes.length, 32)
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(head)
        controller.enqueue(bytes.subarray(0, 700_000))
        await new Promise((done) => setTimeout(done, 300))
        await kill(child)
        controller.error(new Error('cut'))
      },
    })
    await expect(clientOf(url).putPack({ body })).rejects.toThrow(/reached|cut/)
    const again = await startProcess({ settings: ground.test.settings, folder, tenantId: ground.tenantId })
    const ask = { blobs: [{ sha256: sha(bytes), size: bytes.length }] }
    expect(await clientOf(again.url).missingBlobs({ body: ask })).toEqual({ missing: [sha(bytes)] })
    expect(await readdir(join(folder, 'objects'))).toEqual([])
    await kill(again.child)
  })
})

/** A small disk: mounting needs root. */
function mountTmpfs(path: string, megabytes: number): string | undefined {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path], { stdio: 'pipe' })
    return undefined
  } catch (error) {
    return `a small disk can't be mounted here: ${(error as Error).message.split('\n')[0]}`
  }
}

async function onSmallDisk(megabytes: number, skip: (reason: string) => void, work: (disk: string) => Promise<void>) {
  const disk = join(ground.folder, 'disk')
  await mkdir(disk, { recursive: true })
  const refused = mountTmpfs(disk, megabytes)
  if (refused !== undefined) return skip(refused)
  try {
    await work(disk)
  } finally {
    execFileSync('umount', ['-l', disk])
    await rm(disk, { recursive: true, force: true })
  }
}

describe('a full disk', { timeout: 120_000 }, () => {
  it('on the server: says so, shows nothing half, keeps what was sent, and goes on when there is room', async ({
    skip,
  }) => {
    await onSmallDisk(60, skip, async (disk) => {
      const settings = ground.test.settings
      const server = await startStorageServer({ settings, folder: disk, tenantId: ground.tenantId })
      const ballast = await uploadBytes(server.client, randomBytes(packTarget - 36))
      const large = await makeFiles(join(ground.folder, 'large'), { 'a.vdb': 3 * partSize })
      const sizes = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`${index}.png`, 700_000]))
      const small = await makeFiles(join(ground.folder, 'small'), sizes)
      const full = { code: 'storage.disk_full', kind: 'server_error' }
      await expect(uploadTree(server.client, small, { concurrency: 2 })).rejects.toMatchObject(full)
      const rows = await ground.test.admin<{ sha: string }>("select encode(sha256, 'hex') as sha from backlot.blobs")
      const kept = new Set(rows.map((row) => row.sha))
      const hashes = await Promise.all(small.map(async ({ file }) => sha(await readFile(file))))
      expect(hashes.filter((hash) => kept.has(hash)).length).toBeGreaterThan(20)
      // The client has let go of a second pack, which the server finds out a moment later.
      const incoming = () => readdir(join(disk, 'incoming'))
      await until('what was half sent to be gone', async () => (await incoming()).length === 0, 10)
      // Every visible blob is whole.
      const readable = hashes.filter((hash) => kept.has(hash)).slice(0, 5)
      for (const sha256 of readable) {
        const response = await server.client.readBlob({ params: { sha256 } })
        expect(sha(new Uint8Array(await response.arrayBuffer()))).toBe(sha256)
      }
      await expect(uploadTree(server.client, large)).rejects.toMatchObject(full)

      execFileSync('mount', ['-o', 'remount,size=300m', disk])
      const rest = await uploadTree(server.client, small)
      expect(rest.skippedFiles).toBeGreaterThan(20)
      expect(await uploadTree(server.client, large)).toMatchObject({ sentFiles: 1 })
      expect((await server.storage.sizes(ground.tenantId, [ballast.sha256])).size).toBe(1)
      await server.stop()
    })
  })

  it('while parts arrive: the parts that fit are kept', async ({ skip }) => {
    await onSmallDisk(90, skip, async (disk) => {
      const settings = ground.test.settings
      const server = await startStorageServer({ settings, folder: disk, tenantId: ground.tenantId })
      const [entry] = await makeFiles(join(ground.folder, 'parts'), { 'a.vdb': 5 * partSize })
      const begun = server.client.beginUpload
      let parts = 0
      const client: Client = {
        ...server.client,
        beginUpload: async (...args) => {
          const state = await begun(...args)
          // Somebody else fills the disk after the beginning found enough room.
          if (parts === 0) await uploadBytes(server.client, randomBytes(packTarget - 36))
          if (parts === 0) await uploadBytes(server.client, randomBytes(packTarget - 36))
          return state
        },
        putPart: async (...args) => {
          await server.client.putPart(...args)
          parts++
        },
      }
      await expect(uploadTree(client, [entry as never], { concurrency: 1 })).rejects.toMatchObject({
        code: 'storage.disk_full',
      })
      expect(parts).toBeGreaterThanOrEqual(4)
      execFileSync('mount', ['-o', 'remount,size=300m', disk])
      const before = parts
      await uploadTree(client, [entry as never])
      expect(parts - before).toBe(5 - before)
      await server.stop()
    })
  })

  it('on the client: says so, keeps what arrived, and goes on when there is room', async ({ skip }) => {
    const { settings } = ground.test
    const folder = join(ground.folder, 'store')
    const server = await startStorageServer({ settings, folder, tenantId: ground.tenantId })
    await onSmallDisk(5, skip, async (disk) => {
      const blob = await uploadBytes(server.client, randomBytes(packTarget - 36))
      const target = join(disk, 'frame.exr')
      await expect(downloadBlob(server.client, blob, target)).rejects.toMatchObject({
        code: 'transfer.disk_full',
        message: `There is no space left for ${target}.`,
        details: { path: target },
      })
      await expect(stat(target)).rejects.toThrow('ENOENT')
      execFileSync('mount', ['-o', 'remount,size=50m', disk])
      await downloadBlob(server.client, blob, target)
      expect(sha(await readFile(target))).toBe(blob.sha256)
    })
    await server.stop()
  })

  it('in the cache of blobs: older ones make room before anything is fetched; where they can not, it is said at once', async ({
    skip,
  }) => {
    const { settings } = ground.test
    const server = await startStorageServer({
      settings,
      folder: join(ground.folder, 'store'),
      tenantId: ground.tenantId,
    })
    let asked = 0
    const client: Client = { ...server.client, readBlob: (...args) => (asked++, server.client.readBlob(...args)) }
    const contents = Array.from({ length: 5 }, () => randomBytes(8_000_000))
    const last = contents[4] as Buffer
    const blobs = await Promise.all(contents.map((content) => uploadBytes(client, content)))
    const [first, second, third, fourth, fifth] = blobs as [BlobRef, BlobRef, BlobRef, BlobRef, BlobRef]
    await onSmallDisk(30, skip, async (disk) => {
      const cache = new BlobCache({ folder: join(disk, 'cache'), limitBytes: 1e9, keepFree: 2_000_000 })
      for (const blob of [first, second, third]) expect(await cache.ensure(client, blob)).toBe(true)
      await cache.ensure(client, fourth)
      expect(await cache.copyTo(first, join(disk, 'first'))).toBe(false)
      expect(await cache.size()).toBe(24_000_000)

      const hold = cache.hold([second, third, fourth])
      asked = 0
      await expect(cache.ensure(client, fifth)).rejects.toMatchObject({
        code: 'transfer.disk_full',
        details: { neededBytes: 8_000_000 },
      })
      expect(asked).toBe(0)
      expect(await cache.size()).toBe(24_000_000)

      // What a download that was interrupted has brought need not find room again.
      execFileSync('mount', ['-o', 'remount,size=33m', disk])
      const path = join(disk, 'cache', fifth.sha256.slice(0, 2), fifth.sha256)
      await mkdir(dirname(path), { recursive: true })
      await writeFile(unfinishedOf(path, fifth), last.subarray(0, 5_000_000))
      expect(await cache.ensure(client, fifth)).toBe(true)
      expect(sha(await readFile(path))).toBe(fifth.sha256)

      await hold[Symbol.asyncDispose]()
      expect(await cache.ensure(client, first)).toBe(true)
    })
    await server.stop()
  })
})
