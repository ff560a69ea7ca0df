import type { Codecs } from '../codecs.ts'
import type { ByteSource } from '../byte-source.ts'
import { expansionLimits, WorkMeter } from '../content/expansion.ts'
import { corrupt } from '../errors.ts'
import { BlendFile } from '../file/blend-file.ts'
import { SdnaCache } from '../file/sdna-cache.ts'
import type { FileSystem } from '../file-system.ts'
import { blendNameOf } from '../path/disk-path.ts'
import { FileTrace } from './file-trace.ts'

/** Memory for pages of one file while it is visited. */
const cacheBytes = 16 * 1024 * 1024
/** Open at once: a descriptor and the block heads each. */
const mostOpen = 64
/** Libraries packed inside packed libraries; a compressed file can contain itself, without an end. */
const deepestPacked = 8
const mostPacked = 1000

/** Where a library that is packed inside another file is. */
interface Packed {
  readonly parent: string
  /** In the parent's uncompressed content. */
  readonly offset: number
  readonly length: number
  readonly depth: number
}

interface OpenLibrary {
  readonly file: BlendFile
  readonly trace: FileTrace
  users: number
}

/**
 * The .blend files of one trace. Libraries are asked for more data-blocks as more users of them are found, so they stay
 * open (the last 64) with their heads but without their pages; what was visited is kept for ever.
 */
export class LibraryPool {
  readonly #root: string
  readonly #fileSystem: FileSystem
  readonly #codecs: Codecs
  readonly #signal: AbortSignal | undefined
  readonly #sdnaCache = new SdnaCache()
  readonly #open = new Map<string, OpenLibrary>()
  readonly #opening = new Map<string, Promise<OpenLibrary>>()
  readonly #visited = new Map<string, Uint8Array>()
  readonly #packed = new Map<string, Packed>()
  /** Of all packed libraries together. */
  #packedWork: WorkMeter | undefined

  /** `root`: the .blend that all others are libraries of. */
  constructor(root: string, fileSystem: FileSystem, codecs: Codecs, signal: AbortSignal | undefined) {
    this.#root = root
    this.#fileSystem = fileSystem
    this.#codecs = codecs
    this.#signal = signal
  }

  /** From now on this path means these bytes of the content of `parent`. Throws `blend.corrupt` for what never ends. */
  addPacked(path: string, parent: string, offset: number, length: number): void {
    // A file that was opened stays what it is: nothing is inside itself, also not by detours.
    if (this.#packed.has(path) || this.#visited.has(path)) return
    const depth = (this.#packed.get(parent)?.depth ?? 0) + 1
    if (depth > deepestPacked || this.#packed.size >= mostPacked) {
      throw corrupt('its packed libraries are too many, or inside each other without an end')
    }
    this.#packed.set(path, { parent, offset, length, depth })
  }

  isPacked(path: string): boolean {
    return this.#packed.has(path)
  }

  /** Lends a file to `work`. Throws what opening throws. */
  async use<R>(path: string, work: (file: BlendFile, trace: FileTrace) => Promise<R>): Promise<R> {
    const parent = this.#packed.get(path)?.parent
    // What it is packed in stays open with its pages meanwhile.
    return parent === undefined ? this.#lend(path, work) : this.use(parent, () => this.#lend(path, work))
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#open.values(), ({ file }) => file.close()))
    this.#open.clear()
  }

  async #lend<R>(path: string, work: (file: BlendFile, trace: FileTrace) => Promise<R>): Promise<R> {
    const library = await this.#opened(path)
    library.users++
    try {
      return await work(library.file, library.trace)
    } finally {
      library.users--
      if (library.users === 0) library.file.content.release()
      await this.#closeOldest()
    }
  }

  /** It is the newest then. */
  async #opened(path: string): Promise<OpenLibrary> {
    let library = this.#open.get(path)
    if (library === undefined) {
      // Two that want the same one, because it contains what they want, wait for each other.
      const opening = this.#opening.get(path) ?? this.#openLibrary(path)
      this.#opening.set(path, opening)
      library = await opening.finally(() => this.#opening.delete(path))
    }
    this.#open.delete(path)
    this.#open.set(path, library)
    return library
  }

  async #openLibrary(path: string): Promise<OpenLibrary> {
    const packed = this.#packed.get(path)
    const source = packed === undefined ? await this.#fileSystem.open(path) : this.#sourceOf(packed)
    if (packed !== undefined) this.#packedWork ??= new WorkMeter(expansionLimits(source.size).work)
    const file = await BlendFile.open(source, {
      codecs: this.#codecs,
      cacheBytes,
      sdnaCache: this.#sdnaCache,
      signal: this.#signal,
      work: packed === undefined ? undefined : this.#packedWork,
    })
    const { style } = this.#fileSystem
    const opened = path === this.#root ? undefined : blendNameOf(style, this.#root)
    const trace = new FileTrace(file, { blend: blendNameOf(style, path), opened }, this.#visited.get(path))
    this.#visited.set(path, trace.visited)
    return { file, trace, users: 0 }
  }

  /** Read where it lies, however large it is. Its parent is open as long as it is used (`use`). */
  #sourceOf({ parent, offset, length }: Packed): ByteSource {
    return {
      size: length,
      read: async (target, position) => {
        const count = Math.max(0, Math.min(target.length, length - position))
        const library = await this.#opened(parent)
        target.set(await library.file.content.read(offset + position, count, 'a packed library'))
        return count
      },
      async close() {},
    }
  }

  async #closeOldest(): Promise<void> {
    for (const [path, { file, users }] of this.#open) {
      if (this.#open.size <= mostOpen) return
      if (users > 0) continue
      this.#open.delete(path)
      await file.close()
    }
  }
}
