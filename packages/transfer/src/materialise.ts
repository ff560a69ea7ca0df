import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import { isTreePath } from '@backlot/contract/schemas/common'
import type { TreeEntry } from '@backlot/contract/schemas/storage'
import type { BlobCache } from './blob-cache.ts'
import { asWriteError, type DownloadClient, type DownloadOptions } from './download.ts'
import { forEachParallel } from './gate.ts'
import { FolderPlaces, type Renamed } from './platform-path.ts'
import { type OnProgress, ProgressMeter } from './progress.ts'

export interface MaterialiseOptions extends Pick<DownloadOptions, 'signal' | 'retries' | 'stallSeconds'> {
  cache: BlobCache
  onProgress?: OnProgress
  /** Files at the same time. Default 8. */
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
  client: DownloadClient,
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
  const indices = entries.map((_, index) => index)
  await forEachParallel(indices, options.concurrency ?? 8, options.signal, async (index, signal) => {
    const entry = entries[index] as TreeEntry
    const place = places[index] as string
    for (let attempt = 1; ; attempt++) {
      const fetched = await cache.ensure(client, entry, {
        signal,
        ...(retries ? { retries } : {}),
        ...(stallSeconds === undefined ? {} : { stallSeconds }),
      })
      if (fetched) {
        result.fetchedFiles++
        result.fetchedBytes += entry.size
      }
      if (await cache.copyTo(entry, place)) break
      if (attempt === tries)
        throw new Error(`${entry.sha256} vanishes from the cache again and again: it is too small.`)
    }
    meter.add(entry.size, 1)
  })
  meter.end()
  result.seconds = (performance.now() - started) / 1000
  return result
}
