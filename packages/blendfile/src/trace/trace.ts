import type { Codecs } from '../codecs.ts'
import { BlendFileError } from '../errors.ts'
import type { FileSystem } from '../file-system.ts'
import type { BlendFile } from '../file/blend-file.ts'
import { mapLimit } from '../map-limit.ts'
import { normalisePath } from '../path/disk-path.ts'
import { Disk } from './disk.ts'
import type { Visit } from './file-trace.ts'
import { Findings } from './findings.ts'
import { LibraryPool } from './library-pool.ts'
import type { MissingFile, TraceProgress, TraceResult, Usage } from './result.ts'
import { findSimilar, projectOf } from './similar.ts'
import { basesOf, libraryPath } from './stored-paths.ts'

export interface TraceOptions {
  fileSystem: FileSystem
  codecs: Codecs
  /** The folder below which missing files are looked for by name. Default: the folder above the .blend's. */
  project?: string
  onProgress?: (progress: TraceProgress) => void
  /** Ends the trace with the signal's reason. */
  signal?: AbortSignal
}

/** Libraries read at the same time: reading overlaps, working does not. */
const libraryLanes = 4
/** Questions to the disk at the same time. */
const diskLanes = 64

/**
 * Everything that a .blend depends on, through all its libraries. A root file counts with all its data-blocks, a
 * library with those that are linked from it, directly or not. Throws when the root itself can't be read; a library
 * that can't is an entry in `errors`.
 *
 * `path`: absolute.
 */
export async function trace(path: string, options: TraceOptions): Promise<TraceResult> {
  const started = performance.now()
  const tracer = new Tracer(path, options)
  const usages: Usage[] = []
  for await (const usage of tracer.usages()) usages.push(usage)
  const { root, findings } = tracer
  const missing = await tracer.missing()
  return {
    file: root,
    seconds: (performance.now() - started) / 1000,
    usages,
    files: findings.files(),
    missing,
    errors: findings.errors,
    warnings: findings.warnings,
  }
}

/** One trace, usage by usage; its findings are whole when `usages` has ended. */
export class Tracer {
  readonly root: string
  readonly findings: Findings
  readonly #options: TraceOptions
  readonly #disk: Disk
  readonly #pool: LibraryPool
  /** Per library: data-blocks that were asked for, and those that are still to be visited. */
  readonly #asked = new Map<string, Set<string>>()
  #pending = new Map<string, Set<string>>()
  #filesRead = 0

  constructor(path: string, options: TraceOptions) {
    const { fileSystem, codecs, signal } = options
    this.root = normalisePath(fileSystem.style, path)
    this.#options = options
    this.#disk = new Disk(fileSystem)
    this.#pool = new LibraryPool(this.root, fileSystem, codecs, signal)
    this.findings = new Findings(this.#disk, this.root, (library) => this.#pool.isPacked(library))
  }

  async *usages(): AsyncGenerator<Usage> {
    try {
      yield* await this.#visitFile(this.root)
      while (this.#pending.size > 0) {
        const wave = [...this.#pending]
        this.#pending = new Map()
        const found = await mapLimit(wave, libraryLanes, ([path, names]) => this.#visitLibrary(path, names))
        for (const usages of found) yield* usages
      }
    } finally {
      await this.#pool.close()
    }
  }

  /** What is missing, once all usages were found, with what it may be instead. */
  missing(): Promise<MissingFile[]> {
    const project = this.#options.project ?? projectOf(this.root, this.#disk)
    return findSimilar(this.#disk, project, this.findings.missing(), this.findings.files())
  }

  async #visitLibrary(path: string, names: ReadonlySet<string>): Promise<Usage[]> {
    try {
      return await this.#visitFile(path, names)
    } catch (error) {
      if (!(error instanceof BlendFileError)) throw error
      this.findings.addError(error, path)
      return []
    }
  }

  /** `names`: the data-blocks that count; without it all do. */
  async #visitFile(path: string, names?: ReadonlySet<string>): Promise<Usage[]> {
    const { signal } = this.#options
    const usages = await this.#pool.use(path, async (file, fileTrace) => {
      const visit = await (names === undefined ? fileTrace.visitAll(signal) : fileTrace.visitNamed(names, signal))
      for (const error of visit.errors) this.findings.addError(error, path)
      for (const name of visit.absent) {
        this.findings.warn('blend.linked_data_missing', path, `${path} has no data-block ${name} to link.`)
      }
      await this.#askLibraries(file, path, visit)
      const bases = await basesOf(file, path, visit.references, this.#options.fileSystem.style)
      return mapLimit(visit.references, diskLanes, (found) =>
        this.findings.addReference(found, path, found.reference.ofOpened ? this.root : (bases.get(found.base) ?? path)),
      )
    })
    this.#filesRead++
    this.#reportProgress(path)
    return usages
  }

  /** Notes which data-blocks of which libraries the visit has reached. */
  async #askLibraries(file: BlendFile, path: string, visit: Visit): Promise<void> {
    for (const { library, reference } of visit.references) {
      if (library >= 0 && reference.packed) await this.#notePacked(file, library, path)
    }
    for (const [block, names] of visit.linked) {
      const library = await this.#libraryPath(file, block, path)
      const found = this.#pool.isPacked(library) ? library : await this.#findFile(library)
      // A library that is not there is reported by the usage that names it.
      if (found !== undefined && found !== this.root) this.#ask(found, names)
    }
  }

  #ask(library: string, names: ReadonlySet<string>): void {
    const asked = this.#asked.get(library) ?? new Set()
    this.#asked.set(library, asked)
    for (const name of names) {
      if (asked.has(name)) continue
      asked.add(name)
      const pending = this.#pending.get(library)
      if (pending === undefined) this.#pending.set(library, new Set([name]))
      else pending.add(name)
    }
  }

  async #findFile(path: string): Promise<string | undefined> {
    const found = await this.#disk.find(path)
    return found?.stat.kind === 'file' ? found.path : undefined
  }

  #libraryPath(file: BlendFile, block: number, blendPath: string): Promise<string> {
    return libraryPath(file, block, blendPath, this.#options.fileSystem.style)
  }

  /** A library that is packed into a file is read from there, whatever is on disk. */
  async #notePacked(file: BlendFile, block: number, blendPath: string): Promise<void> {
    const scope = file.scope(block)
    const packed = await scope.follow((await file.view(block)).pointer('packedfile'))
    const data = packed === undefined ? -1 : scope.blockAt(packed.pointer('data'))
    if (data < 0) return
    const path = await this.#libraryPath(file, block, blendPath)
    this.#pool.addPacked(path, blendPath, file.blocks.offsets[data]!, file.blocks.lengths[data]!)
  }

  #reportProgress(current: string): void {
    this.#options.onProgress?.({
      filesRead: this.#filesRead,
      filesKnown: this.#filesRead + this.#pending.size,
      usages: this.findings.usageCount,
      missing: this.findings.missingCount,
      current,
    })
  }
}
