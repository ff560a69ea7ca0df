import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { BlendFileError } from '@backlot/blendfile/errors'
import { rewriteFile } from '@backlot/blendfile/node/rewrite-file'
import { asWriteError } from '@backlot/transfer/download'
import { identify, isSame } from '@backlot/transfer/file-work'
import type { PackEntry, PackLayout } from './layout/layout.ts'
import { changedMeanwhile } from './open-plain.ts'

export interface RewriteChangedOptions {
  /** Where the rewritten copies go; the caller removes it. Made when it is needed. */
  folder: string
  signal?: AbortSignal
  /** Called with bytes of .blend files that were read. */
  onBytes?: (bytes: number) => void
}

/** A file of a pack with where its content is: on the artist's disk, or a rewritten copy. */
export interface PackedFile extends PackEntry {
  /** Its paths were rewritten: `file` is the copy, `original` the artist's. */
  readonly original?: string
}

/**
 * Rewrites every .blend whose references have to change, into copies: the artist's files are only read.
 *
 * @throws `blend.path_too_long` before anything of that file is written, and as `rewriteFile`, with the name of the file;
 *   `transfer.file_changed`, `transfer.disk_full`, `host.no_permission`
 */
export async function rewriteChanged(layout: PackLayout, options: RewriteChangedOptions): Promise<PackedFile[]> {
  const { folder, signal, onBytes } = options
  const files: PackedFile[] = []
  for (const entry of layout.entries) {
    const edits = layout.changes.get(entry.file)
    if (edits === undefined) {
      // The trace does not tell the size of the main file.
      const size = entry.kind === 'main' ? identify(entry.file).size : entry.size
      files.push({ ...entry, size })
      continue
    }
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw asWriteError(error, dirname(folder))
    })
    const copy = join(folder, `${files.length}.blend`)
    const before = identify(entry.file)
    let reported = 0
    await rewriteFile(entry.file, copy, edits, {
      ...(signal && { signal }),
      onProgress({ done }) {
        onBytes?.(done - reported)
        reported = done
      },
    }).catch((error: unknown) => {
      throw naming(entry.file, error)
    })
    if (!isSame(identify(entry.file), before)) throw changedMeanwhile(entry.file)
    files.push({ ...entry, file: copy, original: entry.file, size: identify(copy).size })
  }
  return files
}

/** What is wrong with one .blend of many, and with which one. A full disk is no fault of the .blend. */
function naming(file: string, error: unknown): unknown {
  if (!(error instanceof BlendFileError)) return error
  if (error.code === 'blend.unwritable') {
    const failedWrite = asWriteError(error.cause, String(error.details['path']))
    return failedWrite instanceof CodedError ? failedWrite : error
  }
  return new CodedError(error.code, `${file}: ${error.message}`, { details: { ...error.details, file }, cause: error })
}
