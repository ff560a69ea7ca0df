import type { ByteSink } from '../byte-sink.ts'
import type { ByteSource } from '../byte-source.ts'
import { discard } from '../content/discard.ts'
import { truncated } from '../errors.ts'

export interface RewriteProgress {
  /** Bytes of the source that are done, and all of them. */
  readonly done: number
  readonly total: number
}

export interface OutputOptions {
  signal?: AbortSignal
  onProgress?: (progress: RewriteProgress) => void
}

const copyBytes = 1024 * 1024

/** One source that becomes one target, from start to end. */
export class Output {
  readonly source: ByteSource
  readonly #sink: ByteSink
  readonly #options: OutputOptions
  #buffer: Uint8Array | undefined

  constructor(source: ByteSource, sink: ByteSink, options: OutputOptions) {
    this.source = source
    this.#sink = sink
    this.#options = options
  }

  /** The source's bytes [start, end), as they are or as `change` gives them: the same array, or a fresh one. */
  async copy(start: number, end: number, change?: (bytes: Uint8Array, at: number) => Uint8Array): Promise<void> {
    const buffer = (this.#buffer ??= new Uint8Array(Math.min(copyBytes, this.source.size)))
    for (let at = start; at < end;) {
      const count = await this.source.read(buffer.subarray(0, Math.min(buffer.length, end - at)), at)
      if (count === 0) throw truncated('what is copied', at)
      const old = buffer.subarray(0, count)
      const bytes = change === undefined ? old : change(old, at)
      at += count
      await this.write(bytes, at)
      if (bytes !== old) discard(bytes)
    }
  }

  /** `done`: how far into the source that is. */
  async write(bytes: Uint8Array, done: number): Promise<void> {
    this.#options.signal?.throwIfAborted()
    await this.#sink.write(bytes)
    this.#options.onProgress?.({ done, total: this.source.size })
  }
}
