import type { FileStat, FileSystem } from '../file-system.ts'
import { baseName, directoryOf, joinPath } from '../path/disk-path.ts'

export interface Found {
  /** As the disk spells it. */
  readonly path: string
  readonly stat: FileStat
}

/**
 * A disk for the time of one trace: every question is asked once, and a name that is not there as it is written is
 * looked for without regard to case and to how accents are composed (a project from Windows or macOS on a Linux farm).
 */
export class Disk {
  readonly fileSystem: FileSystem
  readonly #stats = new Map<string, Promise<FileStat | undefined>>()
  readonly #folders = new Map<string, Promise<Folder | undefined>>()

  constructor(fileSystem: FileSystem) {
    this.fileSystem = fileSystem
  }

  stat(path: string): Promise<FileStat | undefined> {
    return remember(this.#stats, path, () => this.fileSystem.stat(path))
  }

  /** Names in a folder; undefined when there is none. */
  async names(path: string): Promise<readonly string[] | undefined> {
    return (await this.#folder(path))?.names
  }

  /** A file or folder, under its name or one that differs only by case. */
  async find(path: string): Promise<Found | undefined> {
    const stat = await this.stat(path)
    if (stat !== undefined) return { path, stat }
    const { style } = this.fileSystem
    const directory = directoryOf(style, path)
    if (directory === path) return undefined
    const parent = (await this.#folder(directory)) === undefined ? (await this.find(directory))?.path : directory
    const folder = parent === undefined ? undefined : await this.#folder(parent)
    const name = folder?.byFold.get(fold(baseName(style, path)))
    if (parent === undefined || name === undefined) return undefined
    const spelled = joinPath(style, parent, name)
    const foundStat = await this.stat(spelled)
    return foundStat === undefined ? undefined : { path: spelled, stat: foundStat }
  }

  #folder(path: string): Promise<Folder | undefined> {
    return remember(this.#folders, path, async () => {
      const names = await this.fileSystem.list(path)
      return names === undefined ? undefined : new Folder(names)
    })
  }
}

class Folder {
  readonly names: readonly string[]
  #byFold: ReadonlyMap<string, string> | undefined

  constructor(names: readonly string[]) {
    this.names = names
  }

  /** Names by their folded form; of several that fold alike, the first by order. */
  get byFold(): ReadonlyMap<string, string> {
    this.#byFold ??= new Map(
      this.names
        .toSorted()
        .toReversed()
        .map((name) => [fold(name), name]),
    )
    return this.#byFold
  }
}

/** What two spellings of the same name have in common. */
export function fold(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

function remember<T>(known: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  let answer = known.get(key)
  if (answer === undefined) {
    answer = ask()
    known.set(key, answer)
  }
  return answer
}
