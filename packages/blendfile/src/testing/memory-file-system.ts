import { memorySource } from '../byte-source.ts'
import { unreadable } from '../errors.ts'
import type { FileSystem } from '../file-system.ts'
import type { PathStyle } from '../path/disk-path.ts'
import { baseName, directoryOf } from '../path/disk-path.ts'

/**
 * A disk in memory. Windows style finds names whatever their case, as Windows does, and spells them as they were asked
 * for.
 */
export function memoryFileSystem(style: PathStyle, files: Readonly<Record<string, Uint8Array | string>>): FileSystem {
  const key = (path: string): string => (style === 'windows' ? path.toLowerCase() : path)
  const contents = new Map<string, Uint8Array>()
  const folders = new Map<string, Set<string>>()
  for (const [path, content] of Object.entries(files)) {
    contents.set(key(path), typeof content === 'string' ? new TextEncoder().encode(content) : content)
    let child = path
    for (let folder = directoryOf(style, child); folder !== child; folder = directoryOf(style, child)) {
      folders.set(key(folder), (folders.get(key(folder)) ?? new Set()).add(baseName(style, child)))
      child = folder
    }
  }
  return {
    style,
    async stat(path) {
      const content = contents.get(key(path))
      if (content !== undefined) return { kind: 'file', size: content.length }
      return folders.has(key(path)) ? { kind: 'directory', size: 0 } : undefined
    },
    async list(path) {
      const names = folders.get(key(path))
      return names === undefined ? undefined : [...names]
    },
    async open(path) {
      const content = contents.get(key(path))
      if (content === undefined) throw unreadable(`${path} cannot be opened.`)
      return memorySource(content)
    },
  }
}
