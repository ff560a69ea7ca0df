import { memorySource } from '../byte-source.ts'
import { unreadable } from '../errors.ts'
import type { FileSystem } from '../file-system.ts'
import type { PathStyle } from '../path/disk-path.ts'
import { baseName, directoryOf, joinPath, partsOf } from '../path/disk-path.ts'

/** What a system follows before it says that there is no end. */
const mostLinks = 40

/**
 * A disk in memory. Windows style finds names whatever their case, as Windows does, and spells them as they were asked
 * for. `links`: symbolic ones, by path, with what each leads to; absolute.
 */
export function memoryFileSystem(
  style: PathStyle,
  files: Readonly<Record<string, Uint8Array | string>>,
  links: Readonly<Record<string, string>> = {},
): FileSystem {
  const key = (path: string): string => (style === 'windows' ? path.toLowerCase() : path)
  const contents = new Map<string, Uint8Array>()
  const folders = new Map<string, Set<string>>()
  const targets = new Map(Object.entries(links).map(([path, target]) => [key(path), target]))
  const place = (path: string): void => {
    let child = path
    for (let folder = directoryOf(style, child); folder !== child; folder = directoryOf(style, child)) {
      folders.set(key(folder), (folders.get(key(folder)) ?? new Set()).add(baseName(style, child)))
      child = folder
    }
  }
  for (const [path, content] of Object.entries(files)) {
    contents.set(key(path), typeof content === 'string' ? new TextEncoder().encode(content) : content)
    place(path)
  }
  for (const path of Object.keys(links)) place(path)

  /** The key of what is there, through all links; undefined for links without an end. */
  const follow = (path: string, followed = 0): string | undefined => {
    if (targets.size === 0) return key(path)
    if (followed > mostLinks) return undefined
    const { root, names } = partsOf(style, path)
    let at = root
    for (const [index, name] of names.entries()) {
      at = joinPath(style, at, name)
      const target = targets.get(key(at))
      if (target === undefined) continue
      const rest = names.slice(index + 1).reduce((folder, part) => joinPath(style, folder, part), target)
      return follow(rest, followed + 1)
    }
    return key(at)
  }
  return {
    style,
    async stat(path) {
      const found = follow(path)
      if (found === undefined) return undefined
      const content = contents.get(found)
      if (content !== undefined) return { kind: 'file', size: content.length }
      return folders.has(found) ? { kind: 'directory', size: 0, identity: found } : undefined
    },
    async list(path) {
      const names = folders.get(follow(path) ?? '')
      return names === undefined ? undefined : [...names]
    },
    async open(path) {
      const content = contents.get(follow(path) ?? '')
      if (content === undefined) throw unreadable(`${path} cannot be opened.`)
      return memorySource(content)
    },
  }
}
