import { type PathStyle, directoryOf, partsOf } from '@backlot/blendfile/path/disk-path'

/** What the paths of one file system have in common: compared without case on Windows. */
export function sameName(style: PathStyle, a: string, b: string): boolean {
  return style === 'windows' ? a.toLowerCase() === b.toLowerCase() : a === b
}

/** Whether `path` is `folder` or lies in it; both absolute. */
export function isInside(style: PathStyle, path: string, folder: string): boolean {
  return namesBelow(style, path, folder) !== undefined
}

/** The names that lead from `folder` to `path`; undefined when it does not lie there. */
export function namesBelow(style: PathStyle, path: string, folder: string): string[] | undefined {
  const inner = partsOf(style, path)
  const outer = partsOf(style, folder)
  const isBelow =
    sameName(style, inner.root, outer.root) &&
    outer.names.every((name, index) => index < inner.names.length && sameName(style, name, inner.names[index] ?? ''))
  return isBelow ? inner.names.slice(outer.names.length) : undefined
}

/**
 * The project root of a .blend: the folder that it shares with all of its dependencies. What lies on another drive or
 * share, or shares nothing but the root of the file system or the folder of all homes, does not count: a texture in
 * `/mnt/library` must not make `/` the project. Absolute.
 */
export function projectRoot(style: PathStyle, main: string, files: readonly string[]): string {
  let root = directoryOf(style, main)
  const { root: drive } = partsOf(style, main)
  for (const file of files) {
    if (!sameName(style, partsOf(style, file).root, drive)) continue
    const common = commonFolder(style, root, directoryOf(style, file))
    if (partsOf(style, common).names.length >= fewestNames(style, common)) root = common
  }
  return root
}

function commonFolder(style: PathStyle, a: string, b: string): string {
  let common = a
  while (!isInside(style, b, common)) common = directoryOf(style, common)
  return common
}

/** `/home` and `C:\Users` hold what has nothing to do with each other, `/` and `C:\` even more so. */
function fewestNames(style: PathStyle, folder: string): number {
  const [first] = partsOf(style, folder).names
  return first !== undefined && /^(?:home|users|mnt|media|volumes|run|tmp|var|srv)$/i.test(first) ? 2 : 1
}
