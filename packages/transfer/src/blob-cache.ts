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
import { chmod, copyFile, mkdir, opendir, rm, stat, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemCode } from '@backlot/base/errors'
import type { BlobRef } from '@backlot/contract/schemas/storage'
import { asWriteError, downloadBlob, type DownloadClient, type DownloadOptions } from './download.ts'
import { packedUpTo, type ReceiveClient, receivePack } from './receive-pack.ts'

export interface BlobCacheOptions {
  folder: string
  /** Beyond it, what was used longest ago goes. Bytes. */
  limitBytes: number
}

/** After a clean-up the cache is this full, so that not every insertion cleans up again. */
const fullness = 0.9
const entryName = /^[0-9a-f]{64}$/

/**
 * Blobs on this machine, one file each, named by hash, read-only.
 *
 * An entry is right when it has its size and its mark: a modification time that follows from its hash. Whoever writes to
 * the file changes that time, and the entry is hashed before it is used again; a wrong one is fetched anew. Files are
 * given out as copies (reflinks, where the file system can): through a hard link a scene could change the blob itself.
 * The access time says when it was used last, whatever the mount options are: the cache sets it itself.
 */
export class BlobCache {
  readonly #folder: string
  readonly #limit: number
  readonly #fetching = new Map<string, Promise<void>>()
  #bytes: number | undefined

  constructor({ folder, limitBytes }: BlobCacheOptions) {
    this.#folder = folder
    this.#limit = limitBytes
  }

  /** Bytes in the cache, with those that other processes put there before this one looked. */
  async size(): Promise<number> {
    this.#bytes ??= (await this.#entries()).reduce((sum, entry) => sum + entry.size, 0)
    return this.#bytes
  }

  /** Makes sure that a blob is here and whole. Whether it had to be fetched. Several at once fetch it once. */
  async ensure(client: DownloadClient, blob: BlobRef, options: DownloadOptions = {}): Promise<boolean> {
    for (;;) {
      // Whoever fetches it already may be cancelled or fail for reasons of its own: then this call tries itself.
      const running = this.#fetching.get(blob.sha256)
      await running?.catch(() => {})
      if (await this.#isSound(blob)) return false
      if (!this.#fetching.has(blob.sha256)) break
    }
    const fetching = this.#fetch(client, blob, options).finally(() => this.#fetching.delete(blob.sha256))
    this.#fetching.set(blob.sha256, fetching)
    await fetching
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
    if (lacking.length > 1) {
      const receiving = this.#receive(client, lacking, count, options)
      const ended = receiving.catch(() => {}) // whoever waits for one of them looks whether it is here
      for (const { sha256 } of lacking)
        this.#fetching.set(
          sha256,
          ended.finally(() => this.#fetching.delete(sha256)),
        )
      await receiving
    }
    for (const blob of blobs) if (!here.has(blob.sha256) && (await this.ensure(client, blob, options))) count(blob)
    return fetched
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

  /** Throws everything out. The folders stay: another process may be writing into them. */
  async empty(): Promise<void> {
    for (const { path } of await this.#entries()) await rm(path, { force: true })
    this.#bytes = undefined
  }

  async #fetch(client: DownloadClient, blob: BlobRef, options: DownloadOptions): Promise<void> {
    const { sha256, size } = blob
    await this.#makeRoom(size)
    const path = this.#path(sha256)
    await downloadBlob(client, blob, path, { ...options, durable: false })
    await chmod(path, 0o444)
    await this.#mark(sha256)
    this.#bytes = (await this.size()) + size
  }

  async #receive(
    client: ReceiveClient,
    blobs: readonly BlobRef[],
    onBlob: (blob: BlobRef) => void,
    options: DownloadOptions,
  ): Promise<void> {
    await this.#makeRoom(blobs.reduce((sum, blob) => sum + blob.size, 0))
    const before = await this.size()
    const keep = (blob: BlobRef, bytes: Uint8Array) => {
      this.#write(blob, bytes)
      this.#bytes = (this.#bytes ?? before) + blob.size
      onBlob(blob)
    }
    await receivePack(client, blobs, keep, options)
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
    if (this.#bytes !== undefined) this.#bytes -= found.size
    return false
  }

  async #mark(sha256: string): Promise<void> {
    await utimes(this.#path(sha256), usedNow(), markOf(sha256)).catch((error: unknown) => {
      if (systemCode(error) !== 'ENOENT') throw error
    })
  }

  async #makeRoom(size: number): Promise<void> {
    if ((await this.size()) + size <= this.#limit) return
    const entries = (await this.#entries()).toSorted((a, b) => a.usedAt - b.usedAt)
    let bytes = entries.reduce((sum, entry) => sum + entry.size, 0)
    for (const entry of entries) {
      if (bytes + size <= this.#limit * fullness) break
      await rm(entry.path, { force: true })
      bytes -= entry.size
    }
    this.#bytes = bytes
  }

  async #entries(): Promise<{ path: string; size: number; usedAt: number }[]> {
    const found: { path: string; size: number; usedAt: number }[] = []
    await mkdir(this.#folder, { recursive: true })
    for await (const shard of await opendir(this.#folder)) {
      if (!shard.isDirectory()) continue
      for await (const entry of await opendir(join(this.#folder, shard.name))) {
        const path = join(this.#folder, shard.name, entry.name)
        const stats = await stat(path).catch(() => undefined)
        // What a killed process left half-fetched counts and goes like the rest, after the whole ones of its age.
        if (stats?.isFile()) {
          const usedAt = entryName.test(entry.name) ? stats.atimeMs : stats.mtimeMs
          found.push({ path, size: stats.size, usedAt })
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
