import { join } from 'node:path'
import { windowsName } from './windows-name.ts'

export interface Renamed {
  /** In the tree. */
  path: string
  /** The same, as this platform can have it; with `/`. */
  as: string
}

/**
 * Where the files of a tree, or of a job, lie in a folder. On Linux they keep their names. Windows refuses some
 * characters, names and endings; there and on macOS `Wood.png` and `wood.png` would be one file. Such files get another
 * name, which the caller should report: a scene may not find them.
 */
export class FolderPlaces {
  /** Files that could not keep their name, in the order in which they were asked for. */
  readonly renamed: Renamed[] = []
  readonly #folder: string
  readonly #platform: NodeJS.Platform
  readonly #names = new Map<string, string>()
  readonly #taken = new Set<string>()

  constructor(folder: string, platform: NodeJS.Platform = process.platform) {
    this.#folder = folder
    this.#platform = platform
  }

  /** On this machine. `path` is relative, with `/`; the same path has the same place again. */
  of(path: string): string {
    return join(this.#folder, ...this.#nameOf(path).split('/'))
  }

  #nameOf(path: string): string {
    if (this.#platform !== 'win32' && this.#platform !== 'darwin') return path
    const given = this.#names.get(path)
    if (given !== undefined) return given
    const wanted =
      this.#platform === 'win32'
        ? path
            .split('/')
            .map((name) => windowsName(name))
            .join('/')
        : path
    let name = wanted
    for (let number = 2; this.#taken.has(key(name)); number++) name = numbered(wanted, number)
    this.#taken.add(key(name))
    this.#names.set(path, name)
    if (name !== path) this.renamed.push({ path, as: name })
    return name
  }
}

/** Two names with the same key are one file where case and composition of accents do not count. */
function key(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

/** `a/wood.png` → `a/wood~2.png`. */
function numbered(path: string, number: number): string {
  return path.replace(/(\.[^./]*)?$/, (extension) => `~${number}${extension}`)
}
