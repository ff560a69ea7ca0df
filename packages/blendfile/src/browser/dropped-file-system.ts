import { blobSource } from '../byte-source.ts'
import { unreadable } from '../errors.ts'
import type { FileSystem } from '../file-system.ts'
import { baseName, directoryOf, normalisePath } from '../path/disk-path.ts'
import type { DroppedFile } from './dropped-files.ts'

/** Where a dropped file is in its file system: `/film/shots/010.blend`. */
export function droppedPath({ path }: Pick<DroppedFile, 'path'>): string {
  return normalisePath('posix', `/${path}`)
}

/**
 * A disk on which nothing is but what was dropped. A path that leads out of it, such as an absolute one, leads to nothing:
 * a browser does not tell where files come from.
 */
export function droppedFileSystem(dropped: readonly DroppedFile[]): FileSystem {
  const files = new Map<string, DroppedFile>()
  const folders = new Map<string, Set<string>>([['/', new Set()]])
  for (const file of dropped) {
    const path = droppedPath(file)
    files.set(path, file)
    for (let child = path; child !== '/'; child = directoryOf('posix', child)) {
      const folder = directoryOf('posix', child)
      const names = folders.get(folder)
      if (names === undefined) folders.set(folder, new Set([baseName('posix', child)]))
      else names.add(baseName('posix', child))
    }
  }
  return {
    style: 'posix',
    async stat(path) {
      const file = files.get(path)
      if (file === undefined) return folders.has(path) ? { kind: 'directory', size: 0 } : undefined
      const blob = await contentOf(file).catch(() => undefined)
      return blob === undefined ? undefined : { kind: 'file', size: blob.size }
    },
    async list(path) {
      const names = folders.get(path)
      return names === undefined ? undefined : [...names]
    },
    async open(path) {
      const file = files.get(path)
      if (file === undefined) throw unreadable(`${path} was not dropped.`)
      const blob = await contentOf(file).catch((cause: unknown) => {
        throw unreadable(`${path} cannot be opened.`, cause)
      })
      return blobSource(blob)
    },
  }
}

async function contentOf({ file }: DroppedFile): Promise<Blob> {
  return file instanceof Blob ? file : file.getFile()
}
