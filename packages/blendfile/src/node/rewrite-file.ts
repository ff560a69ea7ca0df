import { resolve } from 'node:path'
import type { StoredPath } from '../trace/result.ts'
import type { PathEdit } from '../rewrite/edit.ts'
import type { Rename, RenameResult } from '../rewrite/rename-paths.ts'
import { renamePaths } from '../rewrite/rename-paths.ts'
import type { RewriteOptions } from '../rewrite/rewrite.ts'
import { rewrite } from '../rewrite/rewrite.ts'
import { openFile } from './byte-source.ts'
import { nodeCodecs } from './codecs.ts'
import { nodeFileSystem, toNodePath } from './file-system.ts'
import { writeBeside } from './write-beside.ts'

/**
 * Writes `target`: the .blend `source` with other paths (see `rewrite`). The target appears whole or not at all, and
 * replaces what was there. Throws `blend.same_file` when both are one file, `blend.unwritable`, and what `rewrite` does.
 */
export async function rewriteFile(
  source: string,
  target: string,
  edits: Iterable<PathEdit>,
  options: Partial<RewriteOptions> = {},
): Promise<void> {
  const from = await openFile(toNodePath(source))
  try {
    await writeBeside(target, source, (sink) => rewrite(from, sink, edits, { codecs: nodeCodecs, ...options }))
  } finally {
    await from.close()
  }
}

export interface RenameFileOptions extends Partial<RewriteOptions> {
  /** What the file's relative paths are relative to, when that is not where it is: a copy of a file, for instance. */
  path?: string
}

/** Writes `target`: the .blend `source` with every path as `rename` gives it (see `renamePaths`). */
export async function renamePathsOfFile(
  source: string,
  target: string,
  rename: (path: StoredPath) => ReturnType<Rename>,
  options: RenameFileOptions = {},
): Promise<RenameResult> {
  const path = resolve(options.path ?? source)
  const { style } = nodeFileSystem()
  const from = await openFile(toNodePath(source))
  try {
    return await writeBeside(target, source, (sink) =>
      renamePaths(from, sink, rename, { codecs: nodeCodecs, ...options, path, style }),
    )
  } finally {
    await from.close()
  }
}
