import { mapLimit } from '../map-limit.ts'
import { baseName, directoryOf, joinPath } from '../path/disk-path.ts'
import { resolvePath } from '../path/resolve-path.ts'
import type { Expansion } from '../references/reference.ts'
import type { Disk, Found } from './disk.ts'
import { fold } from './disk.ts'
import { frameName, framePattern } from './frames.ts'
import { tileName } from './tiles.ts'

export interface Expanded {
  readonly files: readonly Found[]
  /** What was looked for and is not there. */
  readonly missing: readonly string[]
  /** The first that is there under another spelling only: what was asked for, and what is there. */
  readonly respelled?: readonly [asked: string, found: string] | undefined
}

/** Tiles that Blender knows: ten columns of a hundred. */
const tileNumbers = { first: 1001, last: 2000 }
/** Questions to the disk at the same time, for one path. */
const lanes = 16

type FolderExpansion = Extract<Expansion, { how: 'folder' }>
type TileExpansion = Extract<Expansion, { how: 'tiles' }>
type FrameExpansion = Extract<Expansion, { how: 'frames' }>

/** A folder with more files than this, or deeper, is not a cache. */
const mostFiles = 200_000
const deepest = 8

/** The files that a path stands for. `blendPath`: the .blend whose folder `//` means. */
export async function expand(disk: Disk, path: string, expansion: Expansion, blendPath: string): Promise<Expanded> {
  switch (expansion.how) {
    case 'file': {
      const found = await findAll(disk, [path])
      if (expansion.also === undefined || found.files.length === 0) return found
      const also = await findAll(disk, [resolvePath(expansion.also, blendPath, disk.fileSystem.style)])
      const respelled = found.respelled ?? also.respelled
      return { files: [...found.files, ...also.files], missing: [], respelled }
    }
    case 'list': {
      const { style } = disk.fileSystem
      const all = [...expansion.paths, ...(expansion.views ?? [])]
      return findAll(disk, new Set(all.map((stored) => resolvePath(stored, blendPath, style))))
    }
    case 'tiles':
      return expandTiles(disk, path, expansion)
    case 'frames':
      return expandFrames(disk, path, expansion)
    case 'folder':
      return expandFolder(disk, path, expansion)
    case 'nothing':
      return { files: [], missing: [] }
  }
}

async function findAll(disk: Disk, paths: Iterable<string>): Promise<Expanded> {
  const files: Found[] = []
  const missing: string[] = []
  let respelled: Expanded['respelled']
  const all = [...paths]
  const results = await mapLimit(all, lanes, (path) => disk.find(path))
  for (const [index, found] of results.entries()) {
    const asked = all[index]!
    if (found?.stat.kind === 'file') {
      files.push(found)
      if (found.path !== asked) respelled ??= [asked, found.path]
    } else missing.push(asked)
  }
  return { files, missing: missing.toSorted(), respelled }
}

function expandTiles(disk: Disk, path: string, { tiles, byFirst }: TileExpansion): Promise<Expanded> {
  const { style } = disk.fileSystem
  const name = baseName(style, path)
  const folder = directoryOf(style, path)
  const known = tiles.filter((tile) => tile >= tileNumbers.first && tile <= tileNumbers.last)
  return findAll(disk, new Set(known.map((tile) => joinPath(style, folder, tileName(name, tile, byFirst)))))
}

async function expandFrames(disk: Disk, path: string, { numbered, only }: FrameExpansion): Promise<Expanded> {
  const { style } = disk.fileSystem
  const atEnd = numbered === 'at the end'
  const ownName = baseName(style, path)
  if (only !== undefined)
    return findAll(disk, [joinPath(style, directoryOf(style, path), frameName(ownName, only, atEnd))])
  const pattern = framePattern(ownName, atEnd)
  const folder = await disk.find(directoryOf(style, path))
  const names = pattern === undefined || folder === undefined ? undefined : await disk.names(folder.path)
  if (pattern === undefined || folder === undefined || names === undefined) return findAll(disk, [path])
  const exact = names.filter((name) => pattern.test(name))
  const anyCase = new RegExp(pattern.source, 'iu')
  const matching = exact.length > 0 ? exact : names.filter((name) => anyCase.test(fold(name)))
  const found = await findAll(
    disk,
    matching.toSorted().map((name) => joinPath(style, folder.path, name)),
  )
  const [first] = found.files
  if (first === undefined) return { files: [], missing: [path] }
  const isAsAsked = style === 'windows' || (exact.length > 0 && folder.path === directoryOf(style, path))
  return { files: found.files, missing: [], respelled: isAsAsked ? undefined : [path, first.path] }
}

async function expandFolder(disk: Disk, path: string, { inside, names, deep }: FolderExpansion): Promise<Expanded> {
  const asked = inside === undefined ? path : joinPath(disk.fileSystem.style, path, inside)
  const folder = await disk.find(asked)
  if (folder?.stat.kind !== 'directory') return { files: [], missing: [path] }
  const files: Found[] = []
  await collect(disk, folder.path, { names, depth: deep ? deepest : 0, above: [folder.stat.identity] }, files)
  if (files.length === 0) return { files, missing: [path] }
  return { files, missing: [], respelled: folder.path === asked ? undefined : [asked, folder.path] }
}

interface Collecting {
  names: RegExp | undefined
  depth: number
  /** Identities of the folder and those that it is in: a link to one of them has no end. */
  above: readonly (string | undefined)[]
}

async function collect(disk: Disk, folder: string, { names, depth, above }: Collecting, files: Found[]) {
  const { style } = disk.fileSystem
  for (const name of ((await disk.names(folder)) ?? []).toSorted()) {
    if (files.length >= mostFiles) return
    const path = joinPath(style, folder, name)
    if (names !== undefined && !names.test(name)) continue
    const stat = await disk.stat(path)
    if (stat?.kind === 'file') files.push({ path, stat })
    else if (stat?.kind === 'directory' && depth > 0 && !isAmong(stat.identity, above)) {
      await collect(disk, path, { names: undefined, depth: depth - 1, above: [...above, stat.identity] }, files)
    }
  }
}

function isAmong(identity: string | undefined, above: readonly (string | undefined)[]): boolean {
  return identity !== undefined && above.includes(identity)
}
