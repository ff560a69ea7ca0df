import { hashFiles } from '@backlot/transfer/hash-files'
import type { HashCache } from '@backlot/transfer/hash-cache'
import type { OnProgress } from '@backlot/transfer/progress'
import type { PackedFile } from './rewrite-changed.ts'

/** Where the manifest stands in a folder that was packed. */
export const manifestName = 'backlot-manifest.json'

/** What a pack holds; the same in the pack and on its way into storage. */
export interface Manifest {
  version: 1
  /** Path in the pack of the .blend that was traced. */
  mainFile: string
  files: ManifestFile[]
}

export interface ManifestFile {
  /** Relative, with `/`. */
  path: string
  /** Bytes. */
  size: number
  sha256: string
  /** What refers to it, as in a usage; `main` for the main file. */
  kind: string
}

export interface DescribeOptions {
  /** Files that it knows by path, size and time are not read again. */
  cache?: HashCache
  onProgress?: OnProgress
  signal?: AbortSignal
}

/** @throws `transfer.unreadable`, `transfer.file_changed` */
export async function describeFiles(files: readonly PackedFile[], options: DescribeOptions = {}): Promise<Manifest> {
  const hashed = await hashFiles(
    files.map(({ file }) => file),
    options,
  )
  return {
    version: 1,
    mainFile: files[0]?.path ?? '',
    files: files.map(({ path, kind }, index) => {
      const { size = 0, sha256 = '' } = hashed[index] ?? {}
      return { path, size, sha256, kind }
    }),
  }
}
