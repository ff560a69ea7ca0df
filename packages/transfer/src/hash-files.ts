import { FileThreads } from './file-threads.ts'
import { type FileIdentity, hashFile, type HashedFile, identify } from './file-work.ts'
import { together } from './gate.ts'
import type { HashCache } from './hash-cache.ts'
import { type OnProgress, ProgressMeter } from './progress.ts'

/** A file and its hash. */
export interface FoundHash extends HashedFile {
  /** The cache knew it: the file was not read. */
  cached: boolean
}

export interface HashFilesOptions {
  cache?: HashCache | undefined
  threads?: FileThreads | undefined
  onProgress?: OnProgress | undefined
  signal?: AbortSignal | undefined
}

/** Fewer files, or fewer bytes, are done sooner than a thread starts. */
const inlineFiles = 32
const inlineBytes = 4_000_000
/**
 * Looking at files takes so long at most before threads do it. On a local disk that is 5,000 files or more, and a thread
 * alone costs 50 ms of CPU to start; on a network's it is twenty, which four threads ask for at the same time.
 */
const inlineMilliseconds = 20
/** So many files, or so many bytes, are one task of a thread. */
const batchFiles = 256
const batchBytes = 16_000_000

/**
 * SHA-256 of many files, in the order given. What the cache knows is not read; the rest is read by several threads.
 *
 * @throws `transfer.unreadable`, `transfer.file_changed`
 */
export async function hashFiles(files: readonly string[], options: HashFilesOptions = {}): Promise<FoundHash[]> {
  if (options.threads) return hashWith(options.threads, files, options)
  await using threads = new FileThreads()
  return await hashWith(threads, files, options)
}

async function hashWith(
  threads: FileThreads,
  files: readonly string[],
  { cache, onProgress, signal }: HashFilesOptions,
): Promise<FoundHash[]> {
  signal?.throwIfAborted()
  const identities = await identifyAll(threads, files, signal)
  const totalBytes = identities.reduce((sum, identity) => sum + identity.size, 0)
  const meter = new ProgressMeter('hash', { files: files.length, bytes: totalBytes }, onProgress)

  const results: (FoundHash | undefined)[] = files.map((file, index) => {
    const identity = identities[index] as FileIdentity
    const sha256 = cache?.get(file, identity)
    return sha256 === undefined ? undefined : { file, sha256, ...identity, cached: true }
  })
  for (const result of results) if (result) meter.add(result.size, 1)

  const toRead = files.flatMap((file, index) =>
    results[index] ? [] : [{ file, index, size: identities[index]?.size ?? 0 }],
  )
  const hashed = await readAll(threads, toRead, meter, signal)
  for (const [at, { index }] of toRead.entries()) results[index] = { ...(hashed[at] as HashedFile), cached: false }
  cache?.put(hashed)
  meter.end()
  return results as FoundHash[]
}

async function identifyAll(threads: FileThreads, files: readonly string[], signal: AbortSignal | undefined) {
  const results: FileIdentity[][] = [identifyFor(inlineMilliseconds, files)]
  const rest = files.slice(results[0]?.length)
  const batches = inBatches(rest.map((file) => ({ file, size: 0 })))
  await together(signal, (stop) =>
    batches.map(async (batch, at) => {
      results[1 + at] = await threads.identify(
        batch.map(({ file }) => file),
        stop,
      )
    }),
  )
  return results.flat()
}

/** Looks at files, in order, until so much time is over. */
function identifyFor(milliseconds: number, files: readonly string[]): FileIdentity[] {
  const end = performance.now() + milliseconds
  const found: FileIdentity[] = []
  for (const file of files) {
    if (found.length % 32 === 31 && performance.now() > end) break
    found.push(identify(file))
  }
  return found
}

async function readAll(
  threads: FileThreads,
  files: readonly { file: string; size: number }[],
  meter: ProgressMeter,
  signal: AbortSignal | undefined,
): Promise<HashedFile[]> {
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  if (files.length <= inlineFiles && bytes <= inlineBytes) {
    return files.map(({ file }) => {
      const hashed = hashFile(file)
      meter.add(hashed.size, 1)
      return hashed
    })
  }
  const results: HashedFile[][] = []
  await together(signal, (stop) =>
    inBatches(files).map(async (batch, at) => {
      results[at] = await threads.hash(
        batch.map(({ file }) => file),
        stop,
        (read) => meter.add(read),
      )
      meter.add(0, batch.length)
    }),
  )
  return results.flat()
}

function inBatches<File extends { size: number }>(files: readonly File[]): File[][] {
  const batches: File[][] = []
  let bytes = 0
  for (const file of files) {
    const last = batches.at(-1)
    if (last && last.length < batchFiles && bytes + file.size <= batchBytes) {
      last.push(file)
      bytes += file.size
    } else {
      batches.push([file])
      bytes = file.size
    }
  }
  return batches
}
