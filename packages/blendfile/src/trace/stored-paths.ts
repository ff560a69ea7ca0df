import type { BlendFileError } from '../errors.ts'
import type { BlendFile } from '../file/blend-file.ts'
import { BlendPath } from '../path/blend-path.ts'
import type { PathStyle } from '../path/disk-path.ts'
import { blendNameOf } from '../path/disk-path.ts'
import { resolvePath } from '../path/resolve-path.ts'
import type { FoundReference } from './file-trace.ts'
import { FileTrace } from './file-trace.ts'
import type { StoredPath } from './result.ts'

/** A reference as callers see it. `blendPath`: the .blend that refers; `basePath`: the one whose folder `//` means. */
export function storedPath(found: FoundReference, blendPath: string, basePath: string, style: PathStyle): StoredPath {
  const { reference, kind, block } = found
  const { type, field, stored, place, expansion, packed = false, optional = false } = reference
  return {
    in: blendPath,
    block,
    type,
    field,
    stored: stored.toString(),
    list: expansion.how === 'list' ? expansion.paths.map(String) : undefined,
    place,
    base: basePath === blendPath ? undefined : basePath,
    path: resolvePath(stored, basePath, style),
    kind: kind.kind,
    sequence: expansion.how !== 'file' && expansion.how !== 'nothing',
    optional,
    packed,
  }
}

/** Every path in a .blend, of all its data-blocks; `path`: where it is. No disk is asked. */
export async function pathsOf(
  file: BlendFile,
  path: string,
  style: PathStyle,
  signal?: AbortSignal,
): Promise<{ paths: StoredPath[]; errors: readonly BlendFileError[] }> {
  const { references, errors } = await new FileTrace(file, { blend: blendNameOf(style, path) }).visitAll(signal)
  const bases = await basesOf(file, path, references, style)
  return { paths: references.map((found) => storedPath(found, path, bases.get(found.base) ?? path, style)), errors }
}

/** Where a library is, by its block. */
export async function libraryPath(
  file: BlendFile,
  block: number,
  blendPath: string,
  style: PathStyle,
): Promise<string> {
  return resolvePath(new BlendPath((await file.view(block)).chars('name')), blendPath, style)
}

/** What `//` means for data-blocks that were packed from a library, by the library's block. */
export async function basesOf(
  file: BlendFile,
  blendPath: string,
  references: readonly FoundReference[],
  style: PathStyle,
): Promise<Map<number, string>> {
  const bases = new Map<number, string>()
  for (const { base } of references) {
    if (base >= 0 && !bases.has(base)) bases.set(base, await libraryPath(file, base, blendPath, style))
  }
  return bases
}
