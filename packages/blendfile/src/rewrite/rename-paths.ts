import type { ByteSink } from '../byte-sink.ts'
import type { ByteSource } from '../byte-source.ts'
import type { BlendFileError } from '../errors.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { PathStyle } from '../path/disk-path.ts'
import type { StoredPath } from '../trace/result.ts'
import { pathsOf } from '../trace/stored-paths.ts'
import type { PathEdit } from './edit.ts'
import type { RewriteOptions } from './rewrite.ts'
import { rewrite } from './rewrite.ts'

export interface RenameOptions extends RewriteOptions {
  /** Where the file is, absolute: what its relative paths are relative to. */
  path: string
  style: PathStyle
}

/** What is to be stored instead (see `PathEdit`); undefined for what stays. */
export type Rename = (path: StoredPath) => PathEdit['stored'] | undefined

export interface RenameResult {
  /** Every path that was renamed. */
  readonly edits: readonly PathEdit[]
  /** Data-blocks that can't be read: their paths, if any, are as they were. */
  readonly errors: readonly BlendFileError[]
}

/**
 * Rewrites a .blend with every path as `rename` gives it: for packing one file by itself. All its data-blocks count,
 * used or not, and no disk is asked. Throws what `rewrite` throws; the source is closed.
 */
export async function renamePaths(
  source: ByteSource,
  sink: ByteSink,
  rename: Rename,
  options: RenameOptions,
): Promise<RenameResult> {
  const file = await BlendFile.open(source, options)
  try {
    const { paths, errors } = await pathsOf(file, options.path, options.style, options.signal)
    const edits: PathEdit[] = []
    for (const usage of paths) {
      const stored = rename(usage)
      if (stored !== undefined) edits.push({ usage, stored })
    }
    file.content.release()
    await rewrite(source, sink, edits, options)
    return { edits, errors }
  } finally {
    await file.close()
  }
}
