import { createHash, type Hash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { makeFolder } from '@backlot/base/node/make-folder'
import { CodedError, systemCode } from '@backlot/base/errors'
import { writeFileAtomic } from '@backlot/base/node/atomic-file'
import { GatheringWriter } from '@backlot/base/node/gathering-writer'
import { ApiError, type Client } from '@backlot/contract/client'
import type { ErrorCode } from '@backlot/contract/errors'
import { type BlobRef, packTarget } from '@backlot/contract/schemas/storage'
import { forEachParallel, Gate } from './gate.ts'
import type { HashCache } from './hash-cache.ts'
import { hashFiles } from './hash-files.ts'
import { type OnProgress, ProgressMeter } from './progress.ts'
import { planPacks } from './pack-format.ts'
import { packedUpTo, type ReceiveClient, receivePack } from './receive-pack.ts'
import { type Retries, withRetries } from './retry-policy.ts'
import { watchStall } from './watch-stall.ts'

export type DownloadClient = Pick<Client, 'readBlob'>

export interface DownloadOptions {
  signal?: AbortSignal
  retries?: Retries
  /** A connection that brings nothing for so long is given up, and the rest asked for again. Default 60. */
  stallSeconds?: number
  /** Called with what arrived; negative when it has to come again. */
  onBytes?: (bytes: number) => void
  /** Wait until the disk has it. Default true; a cache that checks its entries may do without. */
  durable?: boolean
}

/**
 * Fetches a blob into a file. The bytes arrive under another name beside it, and get the final one only when all are
 * there and have the right hash. When it was interrupted, by a kill too, the next call asks for the rest only. Two
 * processes that fetch the same file at once write the same bytes to the same places: nobody is harmed.
 *
 * @throws `transfer.disk_full` (what arrived is kept), `blob.hash_mismatch`, `ApiError`, the signal's reason
 */
export async function downloadBlob(
  client: DownloadClient,
  blob: BlobRef,
  target: string,
  options: DownloadOptions = {},
): Promise<void> {
  const temporary = unfinishedOf(target, blob)
  await writing(target, async () => {
    await makeFolder(dirname(target))
    await fetchVerified(client, blob, temporary, options)
    await rename(temporary, target).catch(async (error: unknown) => {
      if (systemCode(error) !== 'ENOENT' || (await stat(target)).size !== blob.size) throw error
    })
  })
}

/** Where the bytes of a blob are until all are there. */
export function unfinishedOf(target: string, { sha256 }: BlobRef): string {
  return `${target}.${sha256.slice(0, 16)}.part`
}

async function fetchVerified(client: DownloadClient, blob: BlobRef, temporary: string, options: DownloadOptions) {
  // A second time from the first byte: what an earlier process left may be of no use.
  for (const mayRepeat of [true, false]) {
    const file = await open(temporary, constants.O_RDWR | constants.O_CREAT, 0o644)
    let arrived: Arrived | undefined
    try {
      arrived = await startFrom(file, blob, options)
      await fetchRest(client, blob, arrived, options)
      if (arrived.hash.digest('hex') === blob.sha256) {
        if (options.durable ?? true) await file.sync()
        return
      }
      options.onBytes?.(-blob.size)
    } catch (error) {
      options.onBytes?.(-(arrived?.bytes ?? 0))
      throw error
    } finally {
      await file.close()
    }
    await rm(temporary, { force: true })
    if (!mayRepeat)
      throw new CodedError<ErrorCode>('blob.hash_mismatch', 'The received file does not have its hash, twice.', {
        details: { sha256: blob.sha256 },
      })
  }
}

/** What is in the temporary file, or on its way there. */
interface Arrived {
  writer: GatheringWriter
  hash: Hash
  bytes: number
}

async function startFrom(file: FileHandle, { size }: BlobRef, { onBytes, signal }: DownloadOptions): Promise<Arrived> {
  const found = (await file.stat()).size
  const present = found > size ? 0 : found
  if (found > size) await file.truncate(0)
  const hash = createHash('sha256')
  if (present > 0) {
    for await (const chunk of file.createReadStream({ start: 0, end: present - 1, autoClose: false, signal }))
      hash.update(chunk as Buffer)
    onBytes?.(present)
  }
  return { writer: new GatheringWriter(file, present), hash, bytes: present }
}

async function fetchRest(client: DownloadClient, blob: BlobRef, arrived: Arrived, options: DownloadOptions) {
  if (blob.size === 0) return
  const { signal, retries } = options
  await withRetries(() => fetchOnce(client, blob, arrived, options), retries, signal)
}

async function fetchOnce(client: DownloadClient, blob: BlobRef, arrived: Arrived, options: DownloadOptions) {
  const { sha256, size } = blob
  if (arrived.bytes === size) return
  const watch = watchStall(options)
  try {
    const headers: Record<string, string> = arrived.bytes > 0 ? { range: `bytes=${arrived.bytes}-` } : {}
    const response = await client.readBlob({ params: { sha256 } }, { headers, signal: watch.signal })
    if (arrived.bytes > 0 && response.status !== 206)
      throw new ApiError('server.internal', 'The server does not serve ranges.')
    try {
      for await (const chunk of response.body ?? []) {
        watch.moved()
        if (arrived.bytes + chunk.length > size)
          throw new ApiError('server.internal', 'The server sent more bytes than the file has.')
        arrived.hash.update(chunk)
        arrived.bytes += chunk.length
        options.onBytes?.(chunk.length)
        await arrived.writer.write(chunk)
      }
    } finally {
      await arrived.writer.flush() // also what came before the connection broke: the next try goes on behind it
    }
    if (arrived.bytes < size) throw new ApiError('network.unreachable', 'The connection ended within the file.')
  } catch (error) {
    throw watch.reason() ?? error
  } finally {
    watch.end()
  }
}

async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asWriteError(error, path)
  }
}

/** A failed write as a person should see it. */
export function asWriteError(error: unknown, path: string): unknown {
  const code = systemCode(error)
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG')
    return new CodedError<ErrorCode>('transfer.disk_full', `There is no space left for ${path}.`, {
      details: { path },
      cause: error,
    })
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new CodedError<ErrorCode>('host.no_permission', `${path} can't be written.`, {
      details: { path },
      cause: error,
    })
  return error
}

export interface DownloadFile extends BlobRef {
  target: string
}

export interface DownloadManyOptions extends Pick<DownloadOptions, 'signal' | 'retries' | 'stallSeconds'> {
  onProgress?: OnProgress
  /** Called for every file under its final name. */
  onFile?: (file: DownloadFile, was: { skipped: boolean; seconds: number }) => void
  /** Files at the same time. Default 8. */
  concurrency?: number
  /** Makes looking whether files are there already quick. */
  cache?: HashCache
}

export interface Downloaded {
  files: number
  bytes: number
  /** Of them: were there already, with the right hash. */
  skippedFiles: number
  skippedBytes: number
  seconds: number
}

/**
 * Fetches many files, small ones together; what is there already with the right content is left alone.
 *
 * @throws as `downloadBlob`
 */
export async function downloadMany(
  client: ReceiveClient,
  files: readonly DownloadFile[],
  options: DownloadManyOptions = {},
): Promise<Downloaded> {
  const started = performance.now()
  const { signal, cache } = options
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const present = await findPresent(files, cache, signal)
  const meter = new ProgressMeter('receive', { files: files.length, bytes }, options.onProgress)
  let skippedBytes = 0
  for (const file of present) {
    skippedBytes += file.size
    meter.add(file.size, 1)
    options.onFile?.(file, { skipped: true, seconds: 0 })
  }
  const absent = files.filter((file) => !present.has(file))
  const small = absent.filter((file) => file.size <= packedUpTo)
  const packs = small.length > 1 ? planPacks(small, packTarget) : []
  const alone = small.length > 1 ? absent.filter((file) => file.size > packedUpTo) : absent
  const jobs = [...packs, ...alone.map((file) => [file])]
  await forEachParallel(jobs, options.concurrency ?? 8, signal, async (together, stop) => {
    const begun = performance.now()
    const told = (file: DownloadFile) => {
      meter.add(0, 1)
      options.onFile?.(file, { skipped: false, seconds: (performance.now() - begun) / 1000 })
    }
    const more = { ...options, signal: stop }
    const rest =
      together.length > 1
        ? await downloadPack(client, together, more, (file) => {
            meter.add(file.size)
            told(file)
          })
        : together
    for (const file of rest) {
      await downloadBlob(client, file, file.target, { ...more, onBytes: (moved) => meter.add(moved) })
      told(file)
    }
  })
  meter.end()
  const seconds = (performance.now() - started) / 1000
  return { files: files.length, bytes, skippedFiles: present.size, skippedBytes, seconds }
}

/** Files of one pack that are flushed to the disk at the same time. */
const filesOfPack = 8

/** Small files in one request, each durable before it gets its name. Returns those that have to be asked for alone. */
async function downloadPack(
  client: ReceiveClient,
  files: readonly DownloadFile[],
  options: Pick<DownloadOptions, 'signal' | 'retries' | 'stallSeconds'>,
  onFile: (file: DownloadFile) => void,
): Promise<DownloadFile[]> {
  const rest = new Set(files)
  const gate = new Gate(filesOfPack)
  const writes: Promise<void>[] = []
  let failed: { error: unknown } | undefined
  const write = async (file: DownloadFile, bytes: Uint8Array) => {
    await writing(file.target, () => writeFileAtomic(file.target, bytes))
    rest.delete(file)
    onFile(file)
  }
  const keep = ({ sha256 }: BlobRef, bytes: Uint8Array) => {
    if (failed) throw failed.error
    for (const file of files) {
      if (file.sha256 !== sha256) continue
      const writing = gate.run(() => write(file, bytes))
      writes.push(writing.catch((error: unknown) => void (failed ??= { error })))
    }
  }
  try {
    await receivePack(client, files, keep, options)
  } finally {
    await Promise.all(writes) // nothing goes on behind the caller's back
  }
  if (failed) throw failed.error
  return [...rest]
}

async function findPresent(
  files: readonly DownloadFile[],
  cache: HashCache | undefined,
  signal: AbortSignal | undefined,
): Promise<Set<DownloadFile>> {
  const candidates: DownloadFile[] = []
  for (const file of files) {
    const found = await stat(file.target).catch(() => undefined)
    if (found?.isFile() && found.size === file.size) candidates.push(file)
  }
  const hashed = await hashFiles(
    candidates.map((file) => file.target),
    { cache, signal },
  )
  return new Set(candidates.filter((file, index) => hashed[index]?.sha256 === file.sha256))
}
