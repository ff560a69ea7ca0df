import { createHash } from 'node:crypto'
import { ApiError, type Client } from '@backlot/contract/client'
import { type BlobRef, canonicalText, missingLimit, type TreeEntry } from '@backlot/contract/schemas/storage'
import { bufferSource, fileSource } from './blob-source.ts'
import { FileThreads } from './file-threads.ts'
import { type HashedFile, type PackFile, packFiles } from './file-work.ts'
import { forEachParallel } from './gate.ts'
import type { HashCache } from './hash-cache.ts'
import { hashFiles } from './hash-files.ts'
import { packHeadBytes, placeInPack } from './pack-format.ts'
import { type OnProgress, ProgressMeter } from './progress.ts'
import { type Retries, withRetries } from './retry-policy.ts'
import { type FileSent, sendBlobs, type SendOptions, type UploadClient } from './send-blobs.ts'

export interface UploadEntry {
  /** In the tree: relative, with `/`. */
  path: string
  /** On this machine. */
  file: string
}

export interface UploadOptions {
  cache?: HashCache
  onProgress?: OnProgress
  /** Called for every file that was sent, for a report. */
  onSent?: (sent: FileSent) => void
  /** Called at the end for every file that was not sent: storage has it, or it is there twice. */
  onSkipped?: (file: { file: string; size: number }) => void
  signal?: AbortSignal
  /** Requests at the same time. Default 6. */
  concurrency?: number
  retries?: Retries
  /** A connection on which nothing moves for so long is given up, and the request repeated. Default 60. */
  stallSeconds?: number
}

export interface UploadedTree {
  treeId: string
  files: number
  bytes: number
  /** What storage had already, or what is there twice in the tree. */
  skippedFiles: number
  skippedBytes: number
  sentFiles: number
  sentBytes: number
  seconds: number
  /** Of these seconds. */
  hashSeconds: number
}

const defaults = { concurrency: 6, stallSeconds: 60 }

/**
 * Uploads files and lays them out as a tree. Asks once what storage lacks and sends only that; a project that did not
 * change since it was hashed is asked for as a whole, and then that is all. After a cancel, a crash or an error the same
 * call goes on where it was. Nothing is visible to anybody before the last step, the tree.
 *
 * @throws `transfer.unreadable`, `transfer.file_changed` (a file was written meanwhile), `ApiError`, the signal's reason
 */
export async function uploadTree(
  client: UploadClient & Pick<Client, 'useTree' | 'createTree'>,
  entries: readonly UploadEntry[],
  options: UploadOptions = {},
): Promise<UploadedTree> {
  const started = performance.now()
  const { cache, onProgress, signal } = options
  await using threads = new FileThreads()
  const hashed = await hashFiles(
    entries.map((entry) => entry.file),
    { cache, threads, onProgress, signal },
  )
  const hashSeconds = (performance.now() - started) / 1000
  const tree = entries.map(({ path }, index) => {
    const { sha256, size } = hashed[index] as HashedFile
    return { path, sha256, size }
  })
  const seconds = () => (performance.now() - started) / 1000
  const known = hashed.every(({ cached }) => cached) ? await findTree(client, tree, options) : undefined
  if (known) {
    new ProgressMeter('send', { files: 0, bytes: 0 }, onProgress).end()
    for (const file of hashed) options.onSkipped?.(file)
    const { files, bytes } = known
    const sent = { skippedFiles: files, skippedBytes: bytes, sentFiles: 0, sentBytes: 0 }
    return { ...known, ...sent, seconds: seconds(), hashSeconds }
  }

  const unique = [...new Map(hashed.map((file) => [file.sha256, file])).values()]
  const missing = await askMissing(client, unique, options)
  const toSend = unique.filter((file) => missing.has(file.sha256))
  const meter = new ProgressMeter('send', { files: toSend.length, bytes: bytesOf(toSend) }, onProgress)
  await sendBlobs(
    client,
    toSend.map(fileSource),
    sendOptions(options, meter, (pack, stop) => threads.pack(pack.map(asPackFile), stop)),
  )
  meter.end()
  const sent = new Set(toSend)
  for (const file of hashed) if (!sent.has(file)) options.onSkipped?.(file)

  const call = signal ? { signal } : {}
  const create = () => client.createTree({ body: { entries: tree } }, call)
  const { treeId, files, bytes } = await withRetries(create, options.retries, signal)
  return {
    treeId,
    files,
    bytes,
    skippedFiles: files - toSend.length,
    skippedBytes: bytes - bytesOf(toSend),
    sentFiles: toSend.length,
    sentBytes: bytesOf(toSend),
    seconds: seconds(),
    hashSeconds,
  }
}

/**
 * Uploads files that were just made, such as a frame and its thumbnail, without asking before: they are hardly ever
 * there already. Together up to 8 MB they are one request.
 *
 * @throws as `uploadTree`
 */
export async function uploadFiles(
  client: UploadClient,
  files: readonly string[],
  options: UploadOptions = {},
): Promise<BlobRef[]> {
  const hashed = await hashFiles(files, { signal: options.signal })
  const unique = [...new Map(hashed.map((file) => [file.sha256, file])).values()]
  const meter = new ProgressMeter('send', { files: unique.length, bytes: bytesOf(unique) }, options.onProgress)
  await sendBlobs(
    client,
    unique.map(fileSource),
    sendOptions(options, meter, async (pack) => packFiles(pack)),
  )
  meter.end()
  return hashed.map(({ sha256, size }) => ({ sha256, size }))
}

/** As `uploadFiles`, for one. */
export async function uploadFile(client: UploadClient, file: string, options: UploadOptions = {}): Promise<BlobRef> {
  const [ref] = await uploadFiles(client, [file], options)
  return ref as BlobRef
}

/** Uploads what is in memory. @throws as `uploadTree` */
export async function uploadBytes(
  client: UploadClient,
  bytes: Uint8Array,
  options: UploadOptions = {},
): Promise<BlobRef> {
  const size = bytes.length
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const meter = new ProgressMeter('send', { files: 1, bytes: size }, options.onProgress)
  const send = sendOptions(options, meter, async () => {
    const pack = new Uint8Array(packHeadBytes + size)
    placeInPack(pack, 0, { sha256, size }).set(bytes)
    return pack
  })
  await sendBlobs(client, [bufferSource('The buffer', sha256, bytes)], send)
  meter.end()
  return { sha256, size }
}

function sendOptions(options: UploadOptions, meter: ProgressMeter, pack: SendOptions['pack']): SendOptions {
  return {
    pack,
    concurrency: options.concurrency ?? defaults.concurrency,
    signal: options.signal,
    retries: options.retries,
    stallSeconds: options.stallSeconds ?? defaults.stallSeconds,
    onBytes: (bytes) => meter.add(bytes),
    onSent: (sent) => {
      meter.add(0, 1)
      options.onSent?.(sent)
    },
  }
}

/** The tree, when storage has it. */
async function findTree(
  client: Pick<Client, 'useTree'>,
  tree: readonly TreeEntry[],
  { signal, retries }: UploadOptions,
): Promise<{ treeId: string; files: number; bytes: number } | undefined> {
  const treeId = createHash('sha256').update(canonicalText(tree)).digest('hex')
  const ask = () => client.useTree({ params: { treeId } }, signal ? { signal } : {})
  try {
    return await withRetries(ask, retries, signal)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'tree.not_found') return undefined
    throw error
  }
}

/** Hashes that storage lacks. One question for up to 10,000 files. */
async function askMissing(
  client: UploadClient,
  files: readonly BlobRef[],
  { signal, retries }: UploadOptions,
): Promise<Set<string>> {
  const questions = Array.from({ length: Math.ceil(files.length / missingLimit) }, (_, index) =>
    files.slice(index * missingLimit, (index + 1) * missingLimit).map(({ sha256, size }) => ({ sha256, size })),
  )
  const missing = new Set<string>()
  await forEachParallel(questions, 4, signal, async (blobs, stop) => {
    const ask = () => client.missingBlobs({ body: { blobs } }, { signal: stop })
    for (const sha256 of (await withRetries(ask, retries, stop)).missing) missing.add(sha256)
  })
  return missing
}

/** Without what a thread can't be given. */
function asPackFile({ file, sha256, size }: PackFile): PackFile {
  return { file, sha256, size }
}

function bytesOf(files: readonly { size: number }[]): number {
  return files.reduce((sum, file) => sum + file.size, 0)
}
