import type { Codecs } from '../codecs.ts'
import type { ByteSource } from '../byte-source.ts'
import { BlendFile } from '../file/blend-file.ts'
import { SdnaCache } from '../file/sdna-cache.ts'
import type { FileSystem } from '../file-system.ts'
import { blendNameOf } from '../path/disk-path.ts'
import { FileTrace } from './file-trace.ts'

/** Memory for pages of one file while it is visited. */
const cacheBytes = 16 * 1024 * 1024
/** Open at once: a descriptor and the block heads each. */
const mostOpen = 64

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
  readonly #fileSystem: FileSystem
  readonly #codecs: Codecs
  readonly #signal: AbortSignal | undefined
  readonly #sdnaCache = new SdnaCache()
  readonly #open = new Map<string, OpenLibrary>()
  readonly #visited = new Map<string, Uint8Array>()
  readonly #packed = new Map<string, ByteSource>()

  constructor(fileSystem: FileSystem, codecs: Codecs, signal: AbortSignal | undefined) {
    this.#fileSystem = fileSystem
    this.#codecs = codecs
    this.#signal = signal
  }

  /** From now on this path means these bytes: a library that is packed inside another file. */
  addPacked(path: string, source: ByteSource): void {
    if (!this.#packed.has(path)) this.#packed.set(path, source)
  }

  isPacked(path: string): boolean {
    return this.#packed.has(path)
  }

  /** Lends a file to `work`. Throws what opening throws. */
  async use<R>(path: string, work: (file: BlendFile, trace: FileTrace) => Promise<R>): Promise<R> {
    const library = this.#open.get(path) ?? (await this.#openLibrary(path))
    this.#open.delete(path)
    this.#open.set(path, library)
    library.users++
    try {
      return await work(library.file, library.trace)
    } finally {
      library.users--
      library.file.content.release()
      await this.#closeOldest()
    }
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#open.values(), ({ file }) => file.close()))
    this.#open.clear()
  }

  async #openLibrary(path: string): Promise<OpenLibrary> {
    const source = this.#packed.get(path) ?? (await this.#fileSystem.open(path))
    const signal = this.#signal
    const file = await BlendFile.open(source, { codecs: this.#codecs, cacheBytes, sdnaCache: this.#sdnaCache, signal })
    const trace = new FileTrace(file, blendNameOf(this.#fileSystem.style, path), this.#visited.get(path))
    this.#visited.set(path, trace.visited)
    return { file, trace, users: 0 }
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
