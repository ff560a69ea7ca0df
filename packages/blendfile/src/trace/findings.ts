import type { BlendFileError } from '../errors.ts'
import type { Disk, Found } from './disk.ts'
import type { Expanded } from './expand.ts'
import { expand } from './expand.ts'
import type { FoundReference } from './file-trace.ts'
import { storedPath } from './stored-paths.ts'
import type { DependencyFile, MissingFile, TraceProblem, Usage } from './result.ts'

/** Errors and warnings that are listed, each: beyond that the list helps nobody. */
const mostProblems = 1000

/** What a trace has found so far: references become usages here, by asking the disk. */
export class Findings {
  readonly errors: TraceProblem[] = []
  readonly warnings: TraceProblem[] = []
  usageCount = 0
  readonly #disk: Disk
  readonly #root: string
  readonly #isInside: (library: string) => boolean
  readonly #files = new Map<string, DependencyFile>()
  readonly #missing = new Map<string, Usage[]>()
  readonly #noted = new Set<string>()

  /**
   * `root`: not a dependency of itself, even where a library refers back to it. `isInside`: whether a library is packed
   * into a file that was read.
   */
  constructor(disk: Disk, root: string, isInside: (library: string) => boolean) {
    this.#disk = disk
    this.#root = root
    this.#isInside = isInside
  }

  get missingCount(): number {
    return this.#missing.size
  }

  /** `blendPath`: the .blend that refers; `basePath`: the one whose folder `//` means. */
  async addReference(found: FoundReference, blendPath: string, basePath: string): Promise<Usage> {
    const { expansion } = found.reference
    const stored = storedPath(found, blendPath, basePath, this.#disk.fileSystem.style)
    const { path, optional } = stored
    const packed = stored.packed || (stored.type === 'Library' && this.#isInside(path))
    const { files, missing, respelled } = packed ? nothing : await expand(this.#disk, path, expansion, basePath)
    const usage: Usage = {
      ...stored,
      packed,
      // Bytes of a file inside a file: not where they can be written.
      place: this.#isInside(blendPath) ? undefined : stored.place,
      files: files.map((file) => file.path),
    }
    for (const file of files) this.#addFile(file)
    if (respelled !== undefined) {
      const [asked, found] = respelled
      const why = 'Blender finds it only on systems that take both for one. A pack spells it as the disk does.'
      this.warn('blend.name_differs', asked, `${asked} is spelled ${found} on this disk: ${why}`)
    }
    if (!optional) for (const absent of missing) this.#addMissing(absent, usage)
    this.usageCount++
    return usage
  }

  addError({ code, message }: BlendFileError, path: string): void {
    this.#note(this.errors, { code, path, message })
  }

  warn(code: string, path: string, message: string): void {
    this.#note(this.warnings, { code, path, message })
  }

  /** Says the same only once: a damaged file is damaged in the same way in a thousand places. */
  #note(list: TraceProblem[], problem: TraceProblem): void {
    if (list.length > mostProblems) return
    const key = `${problem.code}\n${problem.path}\n${problem.message}`
    if (this.#noted.has(key)) return
    this.#noted.add(key)
    list.push(list.length < mostProblems ? problem : { ...problem, message: `More than ${mostProblems} like these.` })
  }

  /** By path. */
  files(): DependencyFile[] {
    return [...this.#files.values()].toSorted((a, b) => compare(a.path, b.path))
  }

  /** By path. */
  missing(): MissingFile[] {
    return Array.from(this.#missing, ([path, usages]) => ({ path, usages })).toSorted((a, b) => compare(a.path, b.path))
  }

  #addFile({ path, stat }: Found): void {
    const { size, cloud } = stat
    if (path !== this.#root) this.#files.set(path, cloud === undefined ? { path, size } : { path, size, cloud })
  }

  #addMissing(path: string, usage: Usage): void {
    const usages = this.#missing.get(path)
    if (usages === undefined) this.#missing.set(path, [usage])
    else usages.push(usage)
  }
}

const nothing: Expanded = { files: [], missing: [] }

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
