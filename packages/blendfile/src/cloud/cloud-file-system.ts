import type { FileStat, FileSystem } from '../file-system.ts'
import { baseName, directoryOf, joinPath } from '../path/disk-path.ts'
import { nameOfStub, placeholderOf, stubOf } from './placeholder.ts'

/** Brings the content of a file to this disk. Throws when it does not come. */
export type Hydrate = (path: string) => Promise<void>

/**
 * A file system on which files may be stand-ins for what is in a cloud: they are told (`cloud` of their stat), iCloud's
 * stubs have the names of the files that they stand for, and what is opened is fetched before.
 */
export function cloudFileSystem(inner: FileSystem, hydrate: Hydrate): FileSystem {
  const { style } = inner
  const stat = async (path: string): Promise<FileStat | undefined> => {
    const found = await inner.stat(path)
    if (found !== undefined) {
      const cloud = placeholderOf(path, found)
      return cloud === undefined ? found : { ...found, cloud }
    }
    const directory = directoryOf(style, path)
    const stub = await inner.stat(joinPath(style, directory, stubOf(baseName(style, path))))
    // The stub is a few hundred bytes about the file; how large that is only iCloud knows.
    return stub?.kind === 'file' ? { kind: 'file', size: 0, cloud: 'iCloud' } : undefined
  }
  return {
    style,
    stat,
    async list(path) {
      const names = await inner.list(path)
      if (!names?.some((name) => nameOfStub(name) !== undefined)) return names
      return [...new Set(names.map((name) => nameOfStub(name) ?? name))]
    },
    async open(path) {
      if ((await stat(path))?.cloud !== undefined) await hydrate(path)
      return inner.open(path)
    },
  }
}
