import type { FileStat, FileSystem } from '../file-system.ts'
import { joinPath, partsOf } from '../path/disk-path.ts'

export interface Found {
  /** As the disk spells it. */
  readonly path: string
  readonly stat: FileStat
}

type Answer<T> = T | Promise<T>

/**
 * A disk for the time of one trace: every question is asked once, and a name that is not there as it is written is
 * looked for without regard to case and to how accents are composed (a project from Windows or macOS on a Linux farm).
 */
export class Disk {
  readonly fileSystem: FileSystem
  readonly #stats = new Map<string, Answer<FileStat | undefined>>()
  readonly #folders = new Map<string, Answer<Folder | undefined>>()

  constructor(fileSystem: FileSystem) {
    this.fileSystem = fileSystem
  }

  stat(path: string): Answer<FileStat | undefined> {
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
    const { root, names } = partsOf(style, path)
    // From the root on: what is deep below a folder that is not there costs nothing.
    let spelled = root
    for (const name of names) {
      const next = await this.#spell(spelled, name)
      if (next === undefined) return undefined
      spelled = next
    }
    const foundStat = await this.stat(spelled)
    return foundStat === undefined ? undefined : { path: spelled, stat: foundStat }
  }

  /** What is in a folder under a name, as the disk spells it. */
  async #spell(directory: string, name: string): Promise<string | undefined> {
    const { style } = this.fileSystem
    const exact = joinPath(style, directory, name)
    if ((await this.stat(exact)) !== undefined) return exact
    const spelled = (await this.#folder(directory))?.byFold.get(fold(name))
    return spelled === undefined ? undefined : joinPath(style, directory, spelled)
  }

  #folder(path: string): Answer<Folder | undefined> {
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

/** Keeps the answer itself once it is there: a promise for each of 100,000 paths takes more memory than the answers. */
function remember<T>(known: Map<string, Answer<T>>, key: string, ask: () => Promise<T>): Answer<T> {
  if (known.has(key)) return known.get(key) as Answer<T>
  const answer = ask().then((value) => {
    known.set(key, value)
    return value
  })
  known.set(key, answer)
  return answer
}
