import { type PathStyle, baseName, directoryOf, partsOf } from '@backlot/blendfile/path/disk-path'
import { namesBelow } from './project-root.ts'
import { numberedName, safeName } from './safe-name.ts'

/** The folder of a pack for everything that lies outside the project root. */
export const outsideFolder = '_outside'

/**
 * Where things of one disk go in a pack. What is inside the project root keeps its tree; the rest keeps its tree below
 * `_outside`, one folder per drive or share, so that what lies beside each other stays beside each other: frames of a
 * sequence, tiles, a library and its textures. Paths in a pack are relative, with `/`.
 *
 * Every name is safe on every system, and no two names in a folder differ by case or by how accents are composed only:
 * the second folder gets a number, and the second file a folder of its own, a sequence as a whole. A path that is asked
 * again gets its first answer; the same questions in the same order get the same answers.
 */
export class Placement {
  readonly #style: PathStyle
  readonly #root: string
  readonly #top: PackFolder

  constructor(style: PathStyle, root: string) {
    this.#style = style
    this.#root = root
    // Windows finds a name under any case: its spellings are one file, and the first is what the pack has. Accents that
    // are composed in two ways are two files there.
    this.#top = new PackFolder('', style === 'windows' ? (name) => name.toLowerCase() : (name) => name)
  }

  /** The pack path of a file, which need not exist. `path`: absolute. */
  placeFile(path: string): string {
    return this.#folder(directoryOf(this.#style, path)).placeFile(baseName(this.#style, path))
  }

  /** The pack path of a folder; empty for the pack itself. */
  placeFolder(path: string): string {
    return this.#folder(path).path
  }

  isOutside(path: string): boolean {
    return namesBelow(this.#style, path, this.#root) === undefined
  }

  #folder(path: string): PackFolder {
    const inside = namesBelow(this.#style, path, this.#root)
    if (inside !== undefined) return inside.reduce((parent, name) => parent.folder(name), this.#top)
    const { root, names } = partsOf(this.#style, path)
    return [...diskNames(this.#style, root), ...names].reduce(
      (parent, name) => parent.folder(name),
      this.#top.own(outsideFolder),
    )
  }
}

/** `C:\` → drive-C, `\\server\share\` → share, server, share. */
function diskNames(style: PathStyle, root: string): string[] {
  if (style === 'posix') return []
  const drive = /^([a-z]):/i.exec(root)?.[1]
  return drive === undefined ? ['share', ...root.split('\\').filter((name) => name !== '')] : [`drive-${drive}`]
}

class PackFolder {
  readonly path: string
  readonly #keyOf: (name: string) => string
  /** What has a name in this folder, by how the name folds. */
  readonly #owners = new Map<string, string>()
  /** File names without their digits: frames and tiles differ by digits only and must stay in one folder. */
  readonly #groups = new Map<string, string>()
  readonly #folders = new Map<string, PackFolder>()
  readonly #files = new Map<string, string>()

  constructor(path: string, keyOf: (name: string) => string) {
    this.path = path
    this.#keyOf = keyOf
  }

  /** The folder that has this name on disk. */
  folder(name: string): PackFolder {
    return this.#open(`folder ${this.#keyOf(name)}`, safeName(name))
  }

  /** A folder of the pack's own, which is on no disk. */
  own(name: string): PackFolder {
    return this.#open(`own ${name}`, name)
  }

  placeFile(name: string): string {
    const key = this.#keyOf(name)
    let path = this.#files.get(key)
    if (path === undefined) {
      const safe = safeName(name)
      const group = this.#keyOf(name.replaceAll(/\d+/g, '#'))
      path = this.#placeNew(safe, `file ${key}`, group, 1)
      this.#files.set(key, path)
    }
    return path
  }

  /** In this folder; where the name is taken, in the first of its numbered folders where it is free. */
  #placeNew(safe: string, owner: string, group: string, level: number): string {
    const folder = level === 1 ? this : this.own(`~${level}`)
    return folder.#takes(safe, owner, group) ? folder.#join(safe) : this.#placeNew(safe, owner, group, level + 1)
  }

  /** Gives a name to a file, unless it or its group's is somebody else's. */
  #takes(safe: string, owner: string, group: string): boolean {
    const foldedGroup = foldName(safeName(group))
    if ((this.#groups.get(foldedGroup) ?? group) !== group || (this.#owners.get(foldName(safe)) ?? owner) !== owner)
      return false
    this.#groups.set(foldedGroup, group)
    this.#owners.set(foldName(safe), owner)
    return true
  }

  #open(owner: string, wanted: string): PackFolder {
    let folder = this.#folders.get(owner)
    if (folder === undefined) {
      let name = wanted
      for (let number = 2; this.#owners.has(foldName(name)); number++) name = numberedName(wanted, number)
      this.#owners.set(foldName(name), owner)
      folder = new PackFolder(this.#join(name), this.#keyOf)
      this.#folders.set(owner, folder)
    }
    return folder
  }

  #join(name: string): string {
    return this.path === '' ? name : `${this.path}/${name}`
  }
}

/**
 * What two spellings of one name have in common on any system that does not tell them apart: NTFS compares capitals, APFS
 * folds by Unicode's rules, so that `ſ` is `s` on one of them at least, and `ß` is `ss`.
 */
function foldName(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC')
}
