import { createHash, randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  createReadStream,
  futimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { chmod, copyFile, mkdir, opendir, rm, stat, statfs, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodedError, systemCode } from '@backlot/base/errors'
import { formatBytes } from '@backlot/base/format'
import type { ErrorCode } from '@backlot/contract/errors'
import type { BlobRef } from '@backlot/contract/schemas/storage'
import { asWriteError, downloadBlob, type DownloadClient, type DownloadOptions, unfinishedOf } from './download.ts'
import { packedUpTo, type ReceiveClient, receivePack } from './receive-pack.ts'

export interface BlobCacheOptions {
  folder: string
  /** Beyond it, what was used longest ago goes. Bytes. */
  limitBytes: number
  /** Of the disk that holds the folder, left free. Bytes. Default 0. */
  keepFree?: number
}

/** A blob that is under way. */
interface Fetch {
  done: Promise<void>
  /** What it will add to the cache, and what the disk still has to take. Bytes. */
  size: number
  left: number
}

interface Entry {
  path: string
  size: number
  usedAt: number
  /** Of a blob that is under way. */
  isPart: boolean
  /** It is under way, or somebody holds it. */
  isUsed: boolean
}

/** After a clean-up the cache is this full, so that not every insertion cleans up again. */
const fullness = 0.9
const entryName = /^[0-9a-f]{64}$/
const hashLength = 64
/** With blobs that come all the time a count is never quite right, and the next one tries again. */
const mostLooks = 5

/**
 * Blobs on this machine, one file each, named by hash, read-only.
 *
 * An entry is right when it has its size and its mark: a modification time that follows from its hash. Whoever writes to
 * the file changes that time, and the entry is hashed before it is used again; a wrong one is fetched anew. Files are
 * given out as copies (reflinks, where the file system can): through a hard link a scene could change the blob itself.
 * The access time says when it was used last, whatever the mount options are: the cache sets it itself.
 *
 * Room is made before a byte is fetched: within the limit, and on the disk. What is held or under way is never thrown out,
 * even if the cache outgrows its limit for that time.
 */
export class BlobCache {
  readonly #folder: string
  readonly #limit: number
  readonly #keepFree: number
  readonly #fetching = new Map<string, Fetch>()
  /** By hash: how many hold it. */
  readonly #held = new Map<string, number>()
  #bytes: number | undefined
  /** Entries that came or went. */
  #changes = 0
  /** Room is made by one at a time. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor({ folder, limitBytes, keepFree = 0 }: BlobCacheOptions) {
    this.#folder = folder
    this.#limit = limitBytes
    this.#keepFree = keepFree
  }

  /** Bytes in the cache, with those that other processes put there before this one looked. */
  async size(): Promise<number> {
    if (this.#bytes !== undefined) return this.#bytes
    for (let look = 1; ; look++) {
      const changes = this.#changes
      const bytes = (await this.#entries()).reduce((sum, entry) => (entry.isPart ? sum : sum + entry.size), 0)
      // A blob that came while the folders were read may be counted or not: then they are read again.
      if (changes === this.#changes) return (this.#bytes = bytes)
      if (look === mostLooks) return bytes
    }
  }

  /** Makes sure that a blob is here and whole. Whether it had to be fetched. Several at once fetch it once. */
  async ensure(client: DownloadClient, blob: BlobRef, options: DownloadOptions = {}): Promise<boolean> {
    for (;;) {
      // Whoever fetches it already may be cancelled or fail for reasons of its own: then this call tries itself.
      await this.#fetching.get(blob.sha256)?.done.catch(() => {})
      if (await this.#isSound(blob)) return false
      if (!this.#fetching.has(blob.sha256)) break
    }
    await this.#underWay([blob], () => this.#fetch(client, blob, options))
    return true
  }

  /**
   * The same for several, of which the small ones that are lacking come in one request. How many were fetched, and their
   * bytes.
   */
  async ensureAll(
    client: ReceiveClient,
    blobs: readonly BlobRef[],
    options: DownloadOptions = {},
  ): Promise<{ files: number; bytes: number }> {
    const fetched = { files: 0, bytes: 0 }
    const here = new Set<string>()
    const count = ({ sha256, size }: BlobRef) => {
      here.add(sha256)
      fetched.files++
      fetched.bytes += size
    }
    const look = async (blob: BlobRef) => {
      if (!this.#fetching.has(blob.sha256) && (await this.#isSound(blob))) here.add(blob.sha256)
    }
    await Promise.all(blobs.map(look))
    // Between the look and here nobody else has run, so that no blob is fetched by two.
    const lacking = blobs.filter(
      ({ sha256, size }) => size <= packedUpTo && !here.has(sha256) && !this.#fetching.has(sha256),
    )
    if (lacking.length > 1) await this.#underWay(lacking, () => this.#receive(client, lacking, count, options))
    for (const blob of blobs) if (!here.has(blob.sha256) && (await this.ensure(client, blob, options))) count(blob)
    return fetched
  }

  /** These stay until the hold is given up, whatever room others need; then the cache keeps to its limit again. */
  hold(blobs: readonly BlobRef[]): AsyncDisposable {
    for (const { sha256 } of blobs) this.#held.set(sha256, (this.#held.get(sha256) ?? 0) + 1)
    return {
      [Symbol.asyncDispose]: async () => {
        for (const { sha256 } of blobs) {
          const others = (this.#held.get(sha256) ?? 0) - 1
          if (others > 0) this.#held.set(sha256, others)
          else this.#held.delete(sha256)
        }
        await this.#makeRoom().catch(() => {}) // for what others fetch, who hear of it themselves
      },
    }
  }

  /** A copy of a blob that was `ensure`d. False when another process threw it out meanwhile. */
  async copyTo({ sha256 }: BlobRef, target: string): Promise<boolean> {
    const path = this.#path(sha256)
    try {
      await copyFile(path, target, constants.COPYFILE_FICLONE)
    } catch (error) {
      if (systemCode(error) === 'ENOENT' && (await stat(path).catch(() => undefined)) === undefined) return false
      throw asWriteError(error, target)
    }
    await chmod(target, 0o644)
    return true
  }

  /** Throws out everything that nobody uses. The folders stay: another process may be writing into them. */
  async empty(): Promise<void> {
    for (const { path, isUsed } of await this.#entries()) if (!isUsed) await rm(path, { force: true })
    this.#changes++
    this.#bytes = undefined
  }

  /** Makes room for these, which nobody fetches yet, and fetches them. */
  async #underWay(blobs: readonly BlobRef[], fetch: () => Promise<void>): Promise<void> {
    // Before anything is waited for, so that two that want the same blob, or the same room, see each other.
    const { promise: done, resolve } = Promise.withResolvers<void>()
    for (const { sha256, size } of blobs) this.#fetching.set(sha256, { done, size, left: size })
    try {
      for (const blob of blobs) if (blob.size > packedUpTo) await this.#countUnfinished(blob)
      await this.#makeRoom()
      await fetch()
    } finally {
      for (const { sha256 } of blobs) this.#fetching.delete(sha256)
      resolve() // whoever waits for one of them looks whether it is here
    }
  }

  /** What a download that was interrupted has left need not find room again. */
  async #countUnfinished(blob: BlobRef): Promise<void> {
    const unfinished = await stat(unfinishedOf(this.#path(blob.sha256), blob)).catch(() => undefined)
    const fetch = this.#fetching.get(blob.sha256)
    if (fetch !== undefined && unfinished !== undefined) fetch.left = Math.max(0, blob.size - unfinished.size)
  }

  async #fetch(client: DownloadClient, blob: BlobRef, options: DownloadOptions): Promise<void> {
    const path = this.#path(blob.sha256)
    const fetch = this.#fetching.get(blob.sha256)
    if (fetch !== undefined) fetch.left = blob.size // the download tells what is there already, too
    const onBytes = (bytes: number) => {
      if (fetch !== undefined) fetch.left -= bytes
      options.onBytes?.(bytes)
    }
    await downloadBlob(client, blob, path, { ...options, onBytes, durable: false })
    await chmod(path, 0o444)
    await this.#mark(blob.sha256)
    this.#landed(blob)
  }

  async #receive(
    client: ReceiveClient,
    blobs: readonly BlobRef[],
    onBlob: (blob: BlobRef) => void,
    options: DownloadOptions,
  ): Promise<void> {
    const keep = (blob: BlobRef, bytes: Uint8Array) => {
      this.#write(blob, bytes)
      this.#landed(blob)
      onBlob(blob)
    }
    await receivePack(client, blobs, keep, options)
  }

  #landed({ sha256, size }: BlobRef): void {
    this.#changes++
    if (this.#bytes !== undefined) this.#bytes += size
    const fetch = this.#fetching.get(sha256)
    if (fetch !== undefined) fetch.size = fetch.left = 0
  }

  /**
   * With the system's blocking calls: six for a file cost 60 µs of CPU this way and 300 µs through promises. Under a name
   * of its own until it is whole and marked, as several processes may write the same.
   */
  #write({ sha256 }: BlobRef, bytes: Uint8Array): void {
    const path = this.#path(sha256)
    const temporary = `${path}.${randomUUID().slice(0, 8)}.part`
    try {
      mkdirSync(dirname(path), { recursive: true })
      const file = openSync(temporary, 'wx', 0o444)
      try {
        for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
        futimesSync(file, usedNow(), markOf(sha256))
      } finally {
        closeSync(file)
      }
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw asWriteError(error, path)
    }
  }

  async #isSound({ sha256, size }: BlobRef): Promise<boolean> {
    const path = this.#path(sha256)
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) return false
    const isMarked = found.mtime.getTime() === markOf(sha256).getTime()
    if (found.size === size && (isMarked || (await hashOf(path)) === sha256)) {
      await this.#mark(sha256)
      return true
    }
    await rm(path, { force: true })
    this.#changes++
    if (this.#bytes !== undefined) this.#bytes -= found.size
    return false
  }

  async #mark(sha256: string): Promise<void> {
    await utimes(this.#path(sha256), usedNow(), markOf(sha256)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
    })
  }

  /** Room for all that is under way. @throws `transfer.disk_full` before anything is written */
  #makeRoom(): Promise<void> {
    const made = this.#turn.then(() => this.#makeRoomNow())
    this.#turn = made.catch(() => {})
    return made
  }

  async #makeRoomNow(): Promise<void> {
    const here = await this.size()
    const fetching = [...this.#fetching.values()]
    const over = here + fetching.reduce((sum, { size }) => sum + size, 0) - this.#limit
    const left = fetching.reduce((sum, { left }) => sum + left, 0)
    const lacking = left === 0 ? 0 : left + this.#keepFree - (await this.#free())
    if (over <= 0 && lacking <= 0) return
    await this.#throwOut(Math.max(over > 0 ? over + this.#limit * (1 - fullness) : 0, lacking))
    if (lacking <= 0) return
    const free = await this.#free()
    if (left <= free) return // not as much as should be left free: better than no work
    throw new CodedError<ErrorCode>(
      'transfer.disk_full',
      `${this.#folder} has ${formatBytes(free)} of free space, and ${formatBytes(left)} are needed.`,
      { details: { path: this.#folder, freeBytes: free, neededBytes: left } },
    )
  }

  /** What was used longest ago, so many bytes of it. */
  async #throwOut(bytes: number): Promise<void> {
    const entries = (await this.#entries()).toSorted((a, b) => a.usedAt - b.usedAt)
    let gone = 0
    for (const { path, size, isUsed } of entries) {
      if (gone >= bytes) break
      if (isUsed) continue
      await rm(path, { force: true })
      gone += size
    }
    this.#changes++
    this.#bytes = undefined
  }

  async #free(): Promise<number> {
    await mkdir(this.#folder, { recursive: true })
    const { bavail, bsize } = await statfs(this.#folder)
    return bavail * bsize
  }

  async #entries(): Promise<Entry[]> {
    const found: Entry[] = []
    await mkdir(this.#folder, { recursive: true })
    for await (const shard of await opendir(this.#folder)) {
      if (!shard.isDirectory()) continue
      for await (const entry of await opendir(join(this.#folder, shard.name))) {
        const path = join(this.#folder, shard.name, entry.name)
        const stats = await stat(path).catch(() => undefined)
        // What a killed process left half-fetched counts and goes like the rest, after the whole ones of its age.
        if (stats?.isFile()) {
          const isWhole = entryName.test(entry.name)
          const hash = entry.name.slice(0, hashLength)
          const fetch = this.#fetching.get(hash)
          found.push({
            path,
            size: stats.size,
            usedAt: isWhole ? stats.atimeMs : stats.mtimeMs,
            // Whole or not, it is counted when it has landed.
            isPart: fetch !== undefined && fetch.size > 0,
            isUsed: fetch !== undefined || this.#held.has(hash),
          })
        }
      }
    }
    return found
  }

  #path(sha256: string): string {
    return join(this.#folder, sha256.slice(0, 2), sha256)
  }
}

/** In seconds, with fractions of a millisecond: two uses may be that close. */
function usedNow(): number {
  return (performance.timeOrigin + performance.now()) / 1000
}

/** A time between 2001 and 2035, to the second: what every file system can keep. */
function markOf(sha256: string): Date {
  return new Date((1_000_000_000 + (Number.parseInt(sha256.slice(0, 8), 16) >>> 2)) * 1000)
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
