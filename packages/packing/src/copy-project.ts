import { constants } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeJson } from '@backlot/base/node/atomic-file'
import { CodedError, messageOf } from '@backlot/base/errors'
import { toNodePath } from '@backlot/blendfile/node/file-system'
import type { ErrorCode } from '@backlot/contract/errors'
import { asWriteError } from '@backlot/transfer/download'
import { forEachParallel } from '@backlot/transfer/gate'
import { type OnProgress, ProgressMeter } from '@backlot/transfer/progress'
import { type Manifest, manifestName } from './manifest.ts'
import type { PackedFile } from './rewrite-changed.ts'

const copiesAtOnce = 8

export interface CopyOptions {
  onProgress?: OnProgress
  signal?: AbortSignal
}

/**
 * Copies the files of a pack into a folder, with the manifest: blocks are shared with the original where the file system
 * can (reflink). The folder's files are the person's own, and may be changed without harm to the originals.
 *
 * @returns bytes of the files
 * @throws `transfer.disk_full`, `host.no_permission`, `transfer.unreadable`, the signal's reason
 */
export async function copyProject(
  files: readonly PackedFile[],
  manifest: Manifest,
  folder: string,
  { onProgress, signal }: CopyOptions = {},
): Promise<number> {
  const bytes = manifest.files.reduce((sum, { size }) => sum + size, 0)
  const meter = new ProgressMeter('lay_out', { files: files.length, bytes }, onProgress)
  const folders = new Set(files.map(({ path }) => dirname(join(folder, path))))
  const work = async () => {
    for (const made of folders) await mkdir(made, { recursive: true })
    const indices = files.map((_, index) => index)
    await forEachParallel(indices, copiesAtOnce, signal, async (index) => {
      const { file, path } = files[index] as PackedFile
      await copyFile(toNodePath(file), join(folder, path), constants.COPYFILE_FICLONE)
      meter.add(manifest.files[index]?.size ?? 0, 1)
    })
    await writeJson(join(folder, manifestName), manifest)
  }
  await work().catch((error: unknown) => {
    throw asCopyError(error, folder)
  })
  meter.end()
  return bytes
}

function asCopyError(error: unknown, folder: string): unknown {
  const { syscall, code, path } = error as { syscall?: string; code?: string; path?: string }
  if (syscall === 'copyfile' && (code === 'ENOENT' || code === 'EACCES'))
    return new CodedError<ErrorCode>(
      'transfer.unreadable',
      `${path ?? 'A file'} can't be copied: ${messageOf(error)}`,
      {
        details: { path },
        cause: error,
      },
    )
  return asWriteError(error, folder)
}
