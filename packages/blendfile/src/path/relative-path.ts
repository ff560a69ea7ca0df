import type { PathStyle } from './disk-path.ts'
import { directoryOf, partsOf } from './disk-path.ts'

/**
 * A path on disk as a .blend stores it relative to itself: `//../tex/a.png`, with forward slashes, which every system
 * reads. Undefined when there is none: on another drive or share. Both paths are absolute.
 */
export function relativePath(path: string, blendPath: string, style: PathStyle): string | undefined {
  const target = partsOf(style, path)
  const folder = partsOf(style, directoryOf(style, blendPath))
  if (fold(target.root, style) !== fold(folder.root, style)) return undefined
  let shared = 0
  while (shared < folder.names.length && shared < target.names.length - 1) {
    if (fold(target.names[shared]!, style) !== fold(folder.names[shared]!, style)) break
    shared++
  }
  return `//${'../'.repeat(folder.names.length - shared)}${target.names.slice(shared).join('/')}`
}

function fold(name: string, style: PathStyle): string {
  return style === 'windows' ? name.toLowerCase() : name
}
