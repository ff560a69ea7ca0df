import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { systemCode } from '@backlot/base/errors'
import { writeJson } from '@backlot/base/node/atomic-file'
import { asWriteError } from '@backlot/transfer/download'
import { identify, isSame } from '@backlot/transfer/file-work'
import { forEachParallel } from '@backlot/transfer/gate'
import type { FoundHash } from '@backlot/transfer/hash-files'
import { type OnProgress, ProgressMeter } from '@backlot/transfer/progress'
import { copyPlainFile } from './copy-file.ts'
import { type Manifest, manifestName } from './manifest.ts'
import { changedMeanwhile, unreadable } from './open-plain.ts'
import type { PackedFile } from './rewrite-changed.ts'

const copiesAtOnce = 8

export interface CopyOptions {
  onProgress?: OnProgress
  signal?: AbortSignal
}

/** What a pack's folder is made of; `hashed` is by the order of `files`. */
export interface ProjectContent {
  files: readonly PackedFile[]
  hashed: readonly FoundHash[]
  manifest: Manifest
}

/**
 * Copies the files of a pack into a folder, with the manifest: blocks are shared with the original where the file system
 * can (reflink). The folder's files are the person's own, and may be changed without harm to the originals.
 *
 * @returns bytes of the files
 * @throws `transfer.disk_full`, `host.no_permission`, `transfer.unreadable`, `transfer.file_changed` when a file is not the
 *   one that was hashed any more, the signal's reason
 */
export async function copyProject(
  { files, hashed, manifest }: ProjectContent,
  folder: string,
  { onProgress, signal }: CopyOptions = {},
): Promise<number> {
  const bytes = hashed.reduce((sum, { size }) => sum + size, 0)
  const meter = new ProgressMeter('lay_out', { files: files.length, bytes }, onProgress)
  const folders = new Set(files.map(({ path }) => dirname(join(folder, path))))
  const copy = async ({ file, path }: PackedFile, identity: FoundHash) => {
    const { size } = identity
    await copyPlainFile(file, join(folder, path), { size, signal, onBytes: (count) => meter.add(count) }).catch(
      (error: unknown) => {
        throw asCopyError(error, file)
      },
    )
    if (!isSame(identify(file), identity)) throw changedMeanwhile(file)
    meter.add(0, 1)
  }
  try {
    for (const made of folders) await mkdir(made, { recursive: true })
    await forEachParallel([...files.entries()], copiesAtOnce, signal, ([index, file]) =>
      copy(file, hashed[index] as FoundHash),
    )
    await writeJson(join(folder, manifestName), manifest)
  } catch (error) {
    throw asWriteError(error, folder)
  }
  meter.end()
  return bytes
}

/** Those of a source: it went away, may not be read, or became a folder meanwhile. */
const unreadableCodes = new Set(['ENOENT', 'EACCES', 'EISDIR'])

function asCopyError(error: unknown, file: string): unknown {
  const code = systemCode(error) ?? ''
  const isOfSource = (error as { syscall?: unknown }).syscall === 'copyfile' && unreadableCodes.has(code)
  return isOfSource ? unreadable(file, code, error) : error
}
