import { baseName, directoryOf, joinPath, partsOf } from '../path/disk-path.ts'
import type { Disk } from './disk.ts'
import { fold } from './disk.ts'
import type { MissingFile } from './result.ts'

/** A project's tree, not a whole disk: so many folders are looked into, so deep. */
const mostFolders = 5000
const deepest = 8
const mostSimilar = 3
/** Missing files are moved within a project more often than out of it: also the folder above the .blend's is searched. */
const foldersAbove = 1

/** Where else in the project a file of the same name is, for each file that is missing. `project`: its folder. */
export async function findSimilar(
  disk: Disk,
  project: string,
  missing: readonly MissingFile[],
): Promise<MissingFile[]> {
  if (missing.length === 0) return []
  const { style } = disk.fileSystem
  const wanted = new Map<string, string[]>()
  for (const { path } of missing) wanted.set(fold(baseName(style, path)), [])
  await search(disk, project, wanted)
  return missing.map((file) => {
    const similar = wanted.get(fold(baseName(style, file.path)))?.filter((path) => path !== file.path) ?? []
    return similar.length === 0 ? file : { ...file, similar: similar.slice(0, mostSimilar) }
  })
}

/** The folder above that of the root .blend, which is `/` for nobody. */
export function projectOf(root: string, { fileSystem: { style } }: Disk): string {
  let folder = directoryOf(style, root)
  for (let level = 0; level < foldersAbove && partsOf(style, folder).names.length > 2; level++) {
    folder = directoryOf(style, folder)
  }
  return folder
}

/** Breadth first: what is nearer to the project's root is named first. */
async function search(disk: Disk, root: string, wanted: Map<string, string[]>): Promise<void> {
  const { style } = disk.fileSystem
  let level = [root]
  let looked = 0
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const next: string[] = []
    for (const folder of level) {
      if (++looked > mostFolders) return
      for (const name of (await disk.names(folder))?.toSorted() ?? []) {
        const path = joinPath(style, folder, name)
        const found = wanted.get(fold(name))
        if (found !== undefined && (await disk.stat(path))?.kind === 'file') found.push(path)
        // What has an ending is hardly ever a folder, and asking costs; hidden folders are no project's.
        else if (!name.includes('.') && (await disk.stat(path))?.kind === 'directory') next.push(path)
      }
    }
    level = next
  }
}
