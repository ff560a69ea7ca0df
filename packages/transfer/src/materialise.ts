import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import { isTreePath } from '@backlot/contract/schemas/common'
import { packTarget, type TreeEntry } from '@backlot/contract/schemas/storage'
import type { BlobCache } from './blob-cache.ts'
import { asWriteError, type DownloadOptions } from './download.ts'
import { forEachParallel } from './gate.ts'
import { planPacks } from './pack-format.ts'
import { FolderPlaces, type Renamed } from './platform-path.ts'
import { type OnProgress, ProgressMeter } from './progress.ts'
import { packedUpTo, type ReceiveClient } from './receive-pack.ts'

export interface MaterialiseOptions extends Pick<DownloadOptions, 'signal' | 'retries' | 'stallSeconds'> {
  cache: BlobCache
  onProgress?: OnProgress
  /** Requests at the same time: of one file, or of small ones up to 8 MB. Default 8. */
  concurrency?: number
}

export interface Materialised {
  files: number
  bytes: number
  /** Of them: were not in the cache. */
  fetchedFiles: number
  fetchedBytes: number
  /** Files that could not keep their name on this platform. */
  renamed: Renamed[]
  seconds: number
}

/** How often a blob is fetched that another process throws out of the cache before it is copied. */
const tries = 3

/**
 * Lays out a tree in a folder, which should be empty, from the local cache, fetching what the cache lacks. The files are
 * copies that may be written to.
 *
 * @throws `tree.invalid_path` for a path that would leave the folder (the server is not trusted), else as `downloadBlob`
 */
export async function materialise(
  client: ReceiveClient,
  entries: readonly TreeEntry[],
  folder: string,
  options: MaterialiseOptions,
): Promise<Materialised> {
  const started = performance.now()
  for (const { path } of entries) {
    if (!isTreePath(path))
      throw new CodedError<ErrorCode>('tree.invalid_path', `The path "${path}" is not allowed.`, { details: { path } })
  }
  const inFolder = new FolderPlaces(folder)
  const places = entries.map(({ path }) => inFolder.of(path))
  const { renamed } = inFolder
  for (const made of new Set([folder, ...places.map((place) => dirname(place))])) {
    await mkdir(made, { recursive: true }).catch((error: unknown) => {
      throw asWriteError(error, made)
    })
  }

  const bytes = entries.reduce((sum, entry) => sum + entry.size, 0)
  const meter = new ProgressMeter('lay_out', { files: entries.length, bytes }, options.onProgress)
  const result: Materialised = { files: entries.length, bytes, fetchedFiles: 0, fetchedBytes: 0, renamed, seconds: 0 }
  const { cache, retries, stallSeconds } = options
  const placesOf = new Map<string, string[]>()
  for (const [index, { sha256 }] of entries.entries()) {
    const place = places[index] as string
    const known = placesOf.get(sha256)
    if (known) known.push(place)
    else placesOf.set(sha256, [place])
  }
  const blobs = [...new Map(entries.map(({ sha256, size }) => [sha256, { sha256, size }])).values()]
  // A pack is laid out as soon as it is there: a cache that is smaller than the tree would lose its beginning again.
  const small = planPacks(
    blobs.filter((blob) => blob.size <= packedUpTo),
    packTarget,
  )
  const large = blobs.filter((blob) => blob.size > packedUpTo).map((blob) => [blob])
  await forEachParallel([...large, ...small], options.concurrency ?? 8, options.signal, async (pack, signal) => {
    const fetching = {
      signal,
      ...(retries ? { retries } : {}),
      ...(stallSeconds === undefined ? {} : { stallSeconds }),
    }
    const count = ({ files, bytes }: { files: number; bytes: number }) => {
      result.fetchedFiles += files
      result.fetchedBytes += bytes
    }
    await using _ = cache.hold(pack)
    count(await cache.ensureAll(client, pack, fetching))
    for (const blob of pack) {
      for (const place of placesOf.get(blob.sha256) ?? []) {
        signal.throwIfAborted()
        for (let attempt = 1; !(await cache.copyTo(blob, place)); attempt++) {
          if (attempt === tries)
            throw new Error(`${blob.sha256} vanishes from the cache again and again: it is too small.`)
          count(await cache.ensureAll(client, [blob], fetching))
        }
        meter.add(blob.size, 1)
      }
    }
  })
  meter.end()
  result.seconds = (performance.now() - started) / 1000
  return result
}
