import type { HashedFile } from '@backlot/transfer/file-work'
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

/** `hashed`: by the order of `files`. */
export function manifestOf(files: readonly PackedFile[], hashed: readonly HashedFile[]): Manifest {
  return {
    version: 1,
    mainFile: files[0]?.path ?? '',
    files: files.map(({ path, kind }, index) => {
      const { size = 0, sha256 = '' } = hashed[index] ?? {}
      return { path, size, sha256, kind }
    }),
  }
}
