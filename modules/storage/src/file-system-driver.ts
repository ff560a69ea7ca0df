import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, opendir, rename, rm, stat, statfs, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { CodedError, systemCode } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { ObjectWriter, PartPlace, StorageDriver, StoredObject, WholeUpload } from './driver.ts'
import { GatheringWriter } from '@backlot/base/node/gathering-writer'
import { releaseReceived } from './release-received.ts'
import { RunningHash } from './running-hash.ts'
import { asStorageError, diskFull } from './storage-error.ts'

export interface FileSystemDriverOptions {
  /**
   * Refuse new bytes when less than this is free: the database often shares the disk, and it must never run full.
   * Bytes. Default 256 MB.
   */
  keepFree?: number
}

/** Nobody changes an object, not even by mistake. */
const objectMode = 0o444
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/
const unfinished = '.part'

/**
 * Objects as files below a folder:
 *
 *     objects/<folder>/<last two digits of the uuid>/<uuid>   whole and durable, read-only, never changed
 *     incoming/<folder>.<uuid>.part                           begun; removed by `sweepUnfinished` when it never ends
 *
 * A new file is written in `incoming`, flushed, renamed, and its folder flushed: at every byte a crash leaves the
 * object as it should be or not at all.
 */
export async function openFileSystemDriver(
  root: string,
  options: FileSystemDriverOptions = {},
): Promise<StorageDriver> {
  const driver = new FileSystemDriver(root, options)
  await driver.prepare()
  return driver
}

class FileSystemDriver implements StorageDriver {
  readonly #root: string
  readonly #incoming: string
  readonly #keepFree: number
  readonly #hash = new RunningHash()
  readonly #uploads = new Map<string, ArrivedParts>()
  /** Folders that exist and are durable. */
  readonly #folders = new Set<string>()

  constructor(root: string, options: FileSystemDriverOptions) {
    this.#root = join(root, 'objects')
    this.#incoming = join(root, 'incoming')
    this.#keepFree = options.keepFree ?? 256_000_000
  }

  async prepare(): Promise<void> {
    await guarded(async () => {
      await this.#makeFolder(this.#root)
      await this.#makeFolder(this.#incoming)
    })
  }

  async create(key: string): Promise<ObjectWriter> {
    const path = this.#incomingPath(key)
    return guarded(async () => {
      await this.#requireSpace(0)
      const file = await open(path, 'wx', objectMode)
      const writer = new GatheringWriter(file)
      let ended = false
      return {
        write: (chunk) => guarded(() => writer.write(chunk)),
        commit: () =>
          guarded(async () => {
            await writer.flush()
            await file.datasync()
            await file.close()
            await this.#publish(path, key)
            ended = true
          }),
        discard: async () => {
          if (ended) return
          ended = true
          await writer.flush().catch(() => {}) // no write may be on its way when the file is closed
          await file.close().catch(() => {})
          await rm(path, { force: true })
        },
      }
    })
  }

  async read(key: string, start: number, end: number): Promise<Readable | undefined> {
    const file = await openIfThere(this.#path(key))
    if (file === undefined) return undefined
    return file.createReadStream({ start, end: end - 1, highWaterMark: Math.min(Math.max(end - start, 1), 1 << 20) })
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    return guarded(() => storedObject(key, this.#path(key)))
  }

  async delete(key: string): Promise<void> {
    await guarded(() => rm(this.#path(key), { force: true }))
  }

  async *list(): AsyncIterable<StoredObject> {
    for await (const folder of entriesOf(this.#root)) {
      for await (const shard of entriesOf(join(this.#root, folder))) {
        for await (const name of entriesOf(join(this.#root, folder, shard))) {
          const found = await storedObject(`${folder}/${name}`, join(this.#root, folder, shard, name))
          if (found) yield found
        }
      }
    }
  }

  async freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#incoming)
    return bavail * bsize
  }

  async beginParts(key: string, size: number): Promise<string> {
    return guarded(async () => {
      await this.#requireSpace(size)
      const file = await open(this.#incomingPath(key), 'wx', 0o600)
      await file.close()
      await syncFolder(this.#incoming)
      return key
    })
  }

  async resumeParts(handle: string): Promise<boolean> {
    const now = new Date()
    return utimes(this.#incomingPath(handle), now, now).then(
      () => true,
      () => this.#isPublished(handle),
    )
  }

  async writePart(handle: string, place: PartPlace, source: AsyncIterable<Uint8Array>): Promise<string> {
    const upload = this.#uploads.get(handle) ?? new ArrivedParts(handle, this.#incomingPath(handle), this.#hash)
    this.#uploads.set(handle, upload)
    await guarded(async () => {
      await this.#requireSpace(place.size)
      const file = await openIfThere(upload.path, constants.O_WRONLY)
      if (file === undefined) throw new CodedError<ErrorCode>('upload.not_found', 'The upload was cleaned up.')
      try {
        await copyExactly(source, file, place)
        await file.datasync()
      } finally {
        await file.close()
      }
    })
    upload.arrived(place)
    return ''
  }

  async completeParts(handle: string, whole: WholeUpload): Promise<boolean> {
    const path = this.#incomingPath(handle)
    if (await this.#isPublished(whole.key)) return true
    const upload = this.#uploads.get(handle) ?? new ArrivedParts(handle, path, this.#hash)
    return guarded(async () => {
      const digest = await upload.digest(whole.size)
      this.#uploads.delete(handle)
      if (digest !== whole.sha256) {
        await rm(path, { force: true })
        return false
      }
      const file = await open(path, 'r+')
      await file.chmod(objectMode)
      await file.sync()
      await file.close()
      await this.#publish(path, whole.key)
      return true
    })
  }

  async abortParts(handle: string): Promise<void> {
    this.#uploads.delete(handle)
    await this.#hash.drop(handle)
    await guarded(() => rm(this.#incomingPath(handle), { force: true }))
  }

  async sweepUnfinished(before: Date): Promise<number> {
    let removed = 0
    for await (const name of entriesOf(this.#incoming)) {
      const path = join(this.#incoming, name)
      const found = await storedObject(name, path)
      if (!found || found.storedAt >= before) continue
      await rm(path, { force: true })
      removed++
    }
    return removed
  }

  async close(): Promise<void> {
    await this.#hash.close()
  }

  /** Only a verified object gets its key: the server may have died before it could tell the database. */
  async #isPublished(key: string): Promise<boolean> {
    return (await this.stat(key)) !== undefined
  }

  async #publish(temporary: string, key: string): Promise<void> {
    const path = this.#path(key)
    await this.#makeFolder(dirname(path))
    await rename(temporary, path)
    await syncFolder(dirname(path))
  }

  async #requireSpace(bytes: number): Promise<void> {
    if ((await this.freeBytes()) < bytes + this.#keepFree) throw diskFull()
  }

  async #makeFolder(path: string): Promise<void> {
    if (this.#folders.has(path)) return
    // Nobody else on this machine may look into a tenant's files.
    const first = await mkdir(path, { recursive: true, mode: 0o700 })
    if (first !== undefined)
      for (let at = path; at.length >= first.length; at = dirname(at)) await syncFolder(dirname(at))
    this.#folders.add(path)
  }

  #path(key: string): string {
    const [folder, id] = partsOf(key)
    return join(this.#root, folder, id.slice(-2), id)
  }

  #incomingPath(key: string): string {
    return join(this.#incoming, partsOf(key).join('.') + unfinished)
  }
}

/** What of one upload has arrived, and how much of it is hashed: always a beginning without gaps. */
class ArrivedParts {
  readonly path: string
  readonly #id: string
  readonly #hash: RunningHash
  readonly #ends = new Map<number, number>()
  #hashed = 0
  #working: Promise<void> = Promise.resolve()
  #failed = false

  constructor(id: string, path: string, hash: RunningHash) {
    this.#id = id
    this.path = path
    this.#hash = hash
  }

  arrived({ offset, size }: PartPlace): void {
    this.#ends.set(offset, offset + size)
    const from = this.#hashed
    let to = from
    for (let end = this.#ends.get(to); end !== undefined && end > to; end = this.#ends.get(to)) to = end
    if (to === from) return
    this.#hashed = to
    this.#extend(from, to)
  }

  /** Hashes what was not hashed yet (parts that came before a restart, or to another server), then ends. */
  async digest(size: number): Promise<string> {
    if (this.#hashed < size) this.#extend(this.#hashed, size)
    this.#hashed = size
    await this.#working
    if (this.#failed) await this.#hash.extend(this.#id, this.path, 0, size)
    return this.#hash.digest(this.#id)
  }

  #extend(from: number, to: number): void {
    this.#working = this.#working
      .then(() => (this.#failed ? undefined : this.#hash.extend(this.#id, this.path, from, to)))
      .catch(() => void (this.#failed = true)) // read again as a whole when it is completed
  }
}

async function copyExactly(source: AsyncIterable<Uint8Array>, file: FileHandle, place: PartPlace): Promise<void> {
  const writer = new GatheringWriter(file, place.offset)
  let received = 0
  try {
    for await (const chunk of source) {
      received += chunk.length
      if (received > place.size) break
      await writer.write(chunk)
      releaseReceived(chunk.length)
    }
  } finally {
    await writer.flush()
  }
  if (received === place.size) return
  const relation = received > place.size ? 'more than' : `only ${received} of`
  throw new CodedError<ErrorCode>(
    'upload.part_invalid',
    `Part ${place.part} has ${relation} its ${place.size} bytes.`,
    {
      details: { part: place.part, size: place.size },
    },
  )
}

function partsOf(key: string): [folder: string, id: string] {
  const [folder = '', id = '', ...rest] = key.split('/')
  if (!uuid.test(folder) || !uuid.test(id) || rest.length > 0) throw new TypeError(`not an object's key: ${key}`)
  return [folder, id]
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asStorageError(error)
  }
}

async function openIfThere(path: string, flags: number = constants.O_RDONLY): Promise<FileHandle | undefined> {
  try {
    return await open(path, flags)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw asStorageError(error)
  }
}

async function storedObject(key: string, path: string): Promise<StoredObject | undefined> {
  try {
    const { size, mtime } = await stat(path)
    return { key, size, storedAt: mtime }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

async function* entriesOf(folder: string): AsyncIterable<string> {
  try {
    for await (const entry of await opendir(folder)) yield entry.name
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw asStorageError(error)
  }
}

/** A rename is durable only when the folder that holds the name is. Windows has no such call and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
