import { createWriteStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CodedError, messageOf } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import { isTreePath } from '@backlot/contract/schemas/common'
import { asWriteError } from '@backlot/transfer/download'
import { type Entry, openPromise, type ZipFile } from 'yauzl'

export interface UnpackOptions {
  /** What the archive may become; more is refused before a byte is written. Bytes. */
  mostBytes: number
  signal?: AbortSignal
  /** Bytes that are unpacked, of all. */
  onProgress?: (done: number, total: number) => void
}

const mostFiles = 200_000
const fileType = 0o170000
const symlink = 0o120000

/**
 * Unpacks an archive from anybody into a folder: no entry leaves it, becomes a link or is larger than it says.
 *
 * @returns how many files
 * @throws `pack.invalid_archive`, `transfer.disk_full`, the signal's reason
 */
export async function unpackZip(archive: string, folder: string, options: UnpackOptions): Promise<number> {
  const { signal, onProgress } = options
  const entries = await readEntries(archive, options.mostBytes)
  const total = entries.reduce((sum, { uncompressedSize }) => sum + uncompressedSize, 0)
  const zip = await openArchive(archive)
  let done = 0
  try {
    for (const entry of entries) {
      signal?.throwIfAborted()
      const target = join(folder, entry.fileName)
      await mkdir(dirname(target), { recursive: true })
      const content = await zip.openReadStreamPromise(entry)
      content.on('data', (chunk: Buffer) => onProgress?.((done += chunk.length), total))
      await pipeline(content, createWriteStream(target, { flags: 'wx' }), { ...(signal && { signal }) })
    }
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    const written = asWriteError(error, folder)
    throw written instanceof CodedError ? written : invalid(messageOf(error), error)
  } finally {
    zip.close()
  }
  return entries.length
}

/** All files of the archive, checked before any is written. */
async function readEntries(archive: string, mostBytes: number): Promise<Entry[]> {
  const zip = await openArchive(archive)
  const entries: Entry[] = []
  let bytes = 0
  try {
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName.endsWith('/')) continue
      if (!isTreePath(entry.fileName)) throw invalid(`the path "${entry.fileName}" is not allowed`)
      if (((entry.externalFileAttributes >>> 16) & fileType) === symlink) throw invalid(`"${entry.fileName}" is a link`)
      bytes += entry.uncompressedSize
      if (bytes > mostBytes) throw invalid(`it would become larger than ${Math.round(mostBytes / 1e6)} MB`)
      if (entries.push(entry) > mostFiles) throw invalid(`it has more than ${mostFiles} files`)
    }
  } catch (error) {
    throw error instanceof CodedError ? error : invalid(messageOf(error), error)
  } finally {
    zip.close()
  }
  return entries
}

/** Open for a second reading: it closes itself after the first. */
async function openArchive(archive: string): Promise<ZipFile> {
  return openPromise(archive, { autoClose: false }).catch((error: unknown) => {
    throw invalid(messageOf(error), error)
  })
}

function invalid(why: string, cause?: unknown): CodedError<ErrorCode> {
  return new CodedError('pack.invalid_archive', `The ZIP archive can't be unpacked: ${why}.`, { cause })
}
