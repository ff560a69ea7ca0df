import type { DroppedFile } from '@backlot/blendfile/browser/dropped-files'
import type { MissingFile, TraceResult, Usage } from '@backlot/blendfile/trace/result'

/**
 * How it is with a file that a .blend refers to: it was dropped · a part of it was (of a sequence, say) · it is in no
 * dropped folder, though its place is inside one · its place is outside of all of them, where a page can't look · its content
 * is inside the .blend · it is not there, and a render does not need it.
 */
export type DependencyState = 'there' | 'partly' | 'missing' | 'outside' | 'packed' | 'unneeded'

/** One path that one .blend refers to. */
export interface Dependency {
  /** As it is shown: from the dropped folder, or as the .blend has it when it leads out of there. */
  path: string
  kind: string
  state: DependencyState
  /** A render does not need it. */
  optional: boolean
  /** Stands for several files: frames, tiles, a folder. */
  sequence: boolean
  /** Files that exist, their bytes, and how many more there should be. */
  files: number
  bytes: number
  absent: number
  /** Data-blocks that use it: `Image wood.png`. */
  usedBy: string[]
  /** Of a library that was read: what it needs. Only where it is named first; elsewhere `repeated` is true. */
  needs?: Dependency[]
  repeated: boolean
}

export interface DependencyReport {
  tree: Dependency[]
  /** All files that are used and were dropped, with the main file. */
  files: number
  bytes: number
  missing: MissingFile[]
  /** Needed, but outside of what was dropped. */
  outside: MissingFile[]
}

/** What a trace found, for people. `mainSize`: bytes of the .blend that was traced. */
export function dependencyReport(
  result: TraceResult,
  dropped: readonly Pick<DroppedFile, 'path'>[],
  mainSize: number,
): DependencyReport {
  const isInside = insideOf(dropped)
  return {
    tree: new TreeBuilder(result, isInside).build(),
    files: result.files.length + 1,
    bytes: result.files.reduce((sum, { size }) => sum + size, mainSize),
    missing: result.missing.filter(({ path }) => isInside(path)),
    outside: result.missing.filter(({ path }) => !isInside(path)),
  }
}

/** Whether a path of the trace is inside of a folder that was dropped. Of single files a page does not see the folder. */
function insideOf(dropped: readonly Pick<DroppedFile, 'path'>[]): (path: string) => boolean {
  const folders = new Set(dropped.filter(({ path }) => path.includes('/')).map(({ path }) => path.split('/')[0]))
  return (path) => folders.has(path.split('/')[1])
}

/** A path of the trace as people know it; bytes that are no text are shown as �. */
export function shownPath(path: string): string {
  return path.replace(/^\/+/, '').toWellFormed()
}

/** `Image wood.png`: who refers to a file. */
export function userOf({ type, block }: Pick<Usage, 'type' | 'block'>): string {
  return `${type} ${block.slice(2)}`.toWellFormed()
}

/** Worst first; a library after what is no library, as a tree hangs below it. */
const order: readonly DependencyState[] = ['missing', 'partly', 'outside', 'there', 'packed', 'unneeded']

class TreeBuilder {
  readonly #root: string
  readonly #isInside: (path: string) => boolean
  readonly #sizes: ReadonlyMap<string, number>
  readonly #usages: ReadonlyMap<string, Usage[]>
  /** The files that each usage lacks. A usage that was posted twice in one message is one object again. */
  readonly #absent = new Map<Usage, string[]>()
  readonly #shown = new Set<string>()

  constructor({ file, files, usages, missing }: TraceResult, isInside: (path: string) => boolean) {
    this.#root = file
    this.#isInside = isInside
    this.#sizes = new Map(files.map(({ path, size }) => [path, size]))
    this.#usages = Map.groupBy(usages, (usage) => usage.in)
    for (const { path, usages: users } of missing)
      for (const usage of users) this.#absent.set(usage, [...(this.#absent.get(usage) ?? []), path])
  }

  build(): Dependency[] {
    return this.#needsOf(this.#root)
  }

  #needsOf(file: string): Dependency[] {
    this.#shown.add(file)
    const byPath = Map.groupBy(this.#usages.get(file) ?? [], ({ path, packed }) => `${packed} ${path}`)
    const own = [...byPath.values()].map((usages) => this.#dependency(usages)).toSorted(compare)
    // Not before all of its own are in their order: what is named first has its tree first.
    return own.map((dependency) => this.#withNeeds(dependency))
  }

  #dependency(usages: readonly Usage[]): Dependency & { target: string } {
    const { path, stored, kind, packed } = usages[0]!
    const files = new Set(usages.flatMap((usage) => usage.files))
    const absent = new Set(usages.flatMap((usage) => this.#absent.get(usage) ?? []))
    const optional = usages.every((usage) => usage.optional)
    const isOut = files.size === 0 && !packed && !this.#isInside(path)
    return {
      target: path,
      path: isOut ? stored.toWellFormed() : shownPath(path),
      kind,
      state: packed ? 'packed' : stateOf(files.size, absent.size, optional, isOut),
      optional,
      sequence: usages.some((usage) => usage.sequence),
      files: files.size,
      bytes: [...files].reduce((sum, file) => sum + (this.#sizes.get(file) ?? 0), 0),
      absent: absent.size,
      usedBy: [...new Set(usages.map(userOf))],
      repeated: false,
    }
  }

  #withNeeds({ target, ...dependency }: Dependency & { target: string }): Dependency {
    if (dependency.kind !== 'library' || !this.#usages.has(target)) return dependency
    if (this.#shown.has(target)) return { ...dependency, repeated: true }
    return { ...dependency, needs: this.#needsOf(target) }
  }
}

function stateOf(files: number, absent: number, optional: boolean, isOut: boolean): DependencyState {
  if (files > 0) return absent > 0 && !optional ? 'partly' : 'there'
  if (optional) return 'unneeded'
  return isOut ? 'outside' : 'missing'
}

function compare(a: Dependency, b: Dependency): number {
  const library = Number(a.kind === 'library') - Number(b.kind === 'library')
  return library || order.indexOf(a.state) - order.indexOf(b.state) || (a.path < b.path ? -1 : 1)
}

/** Whether something below is missing, so that its branch is shown open. */
export function hasProblem({ state, needs }: Dependency): boolean {
  return state === 'missing' || state === 'partly' || (needs?.some(hasProblem) ?? false)
}

/** Files of a branch and their bytes, each path once. */
export function branchTotal(dependency: Dependency): { files: number; bytes: number } {
  const counted = new Map<string, Dependency>()
  const add = (one: Dependency) => {
    counted.set(one.path, one)
    one.needs?.forEach(add)
  }
  add(dependency)
  const all = [...counted.values()]
  return {
    files: all.reduce((sum, { files }) => sum + files, 0),
    bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
  }
}
