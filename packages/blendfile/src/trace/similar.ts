import type { PathStyle } from '../path/disk-path.ts'
import { baseName, directoryOf, joinPath, partsOf } from '../path/disk-path.ts'
import type { Disk } from './disk.ts'
import { fold } from './disk.ts'
import type { DependencyFile, MissingFile } from './result.ts'

/** A project's tree, not a whole disk: so many folders are looked into, so deep. */
const mostFolders = 5000
const deepest = 8
const mostSimilar = 3
/** Missing files are moved within a project more often than out of it: also the folder above the .blend's is searched. */
const foldersAbove = 1
/** `/`, `/home` and `/mnt` are nobody's project. Names below the root of the disk. */
const fewestNames = 2

/**
 * Where else in the project a file of the same name is, for each file that is missing. `project`: its folder. It is also
 * looked for in the folder that this one shares with the files that were found.
 */
export async function findSimilar(
  disk: Disk,
  project: string,
  missing: readonly MissingFile[],
  found: readonly DependencyFile[] = [],
): Promise<MissingFile[]> {
  if (missing.length === 0) return []
  const { style } = disk.fileSystem
  const wanted = new Map<string, string[]>()
  for (const { path } of missing) wanted.set(fold(baseName(style, path)), [])
  const looked = new Set<string>()
  await search(disk, project, wanted, looked)
  const shared = sharedFolder(style, project, found)
  if (shared !== project) await search(disk, shared, wanted, looked)
  return missing.map((file) => {
    const similar = wanted.get(fold(baseName(style, file.path)))?.filter((path) => path !== file.path) ?? []
    return similar.length === 0 ? file : { ...file, similar: similar.slice(0, mostSimilar) }
  })
}

/** The folder above that of the root .blend, which is `/` for nobody. */
export function projectOf(root: string, { fileSystem: { style } }: Disk): string {
  let folder = directoryOf(style, root)
  for (let level = 0; level < foldersAbove && partsOf(style, folder).names.length > fewestNames; level++) {
    folder = directoryOf(style, folder)
  }
  return folder
}

/** The folder that has `folder` and as many of the files as it can without becoming nobody's project. */
function sharedFolder(style: PathStyle, folder: string, files: readonly DependencyFile[]): string {
  const { root, names } = partsOf(style, folder)
  let depth = names.length
  for (const { path } of files) {
    const other = partsOf(style, path)
    if (other.root !== root) continue
    let shared = 0
    while (shared < depth && names[shared] === other.names[shared]) shared++
    if (shared >= fewestNames) depth = shared
  }
  return names.slice(0, depth).reduce((path, name) => joinPath(style, path, name), root)
}

/** Breadth first: what is nearer to the project's root is named first. `looked`: folders that were looked into. */
async function search(disk: Disk, root: string, wanted: Map<string, string[]>, looked: Set<string>): Promise<void> {
  const { style } = disk.fileSystem
  let level = [root]
  let count = 0
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const next: string[] = []
    for (const folder of level) {
      if (++count > mostFolders) return
      // Under whatever name: links may lead in a circle.
      const identity = (await disk.stat(folder))?.identity ?? folder
      const isNew = !looked.has(identity)
      looked.add(identity)
      for (const name of (await disk.names(folder))?.toSorted() ?? []) {
        const path = joinPath(style, folder, name)
        const found = wanted.get(fold(name))
        if (found !== undefined && (await disk.stat(path))?.kind === 'file') {
          if (isNew) found.push(path)
        }
        // What has an ending is hardly ever a folder, and asking costs; hidden folders are no project's.
        else if (!name.includes('.') && (await disk.stat(path))?.kind === 'directory') next.push(path)
      }
    }
    level = next
  }
}
