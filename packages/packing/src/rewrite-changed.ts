import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { BlendFileError } from '@backlot/blendfile/errors'
import { toNodePath } from '@backlot/blendfile/node/file-system'
import { rewriteFile } from '@backlot/blendfile/node/rewrite-file'
import type { ErrorCode } from '@backlot/contract/errors'
import { asWriteError } from '@backlot/transfer/download'
import type { PackEntry, PackLayout } from './layout/layout.ts'

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
 * @throws `blend.path_too_long` before anything of that file is written, and as `rewriteFile`
 */
export async function rewriteChanged(layout: PackLayout, options: RewriteChangedOptions): Promise<PackedFile[]> {
  const { folder, signal, onBytes } = options
  const files: PackedFile[] = []
  for (const entry of layout.entries) {
    const edits = layout.changes.get(entry.file)
    if (edits === undefined) {
      // The trace does not tell the size of the main file.
      const size = entry.kind === 'main' ? await sizeOf(entry.file) : entry.size
      files.push({ ...entry, size })
      continue
    }
    await mkdir(folder, { recursive: true })
    const copy = join(folder, `${files.length}.blend`)
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
    files.push({ ...entry, file: copy, original: entry.file, size: await sizeOf(copy) })
  }
  return files
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(toNodePath(file))).size
  } catch (cause) {
    throw new CodedError<ErrorCode>('transfer.unreadable', `${file} can't be read.`, { details: { path: file }, cause })
  }
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
