import type { FileHandle } from 'node:fs/promises'

/**
 * A write to the system takes at least so much, so that 64 KB of the network don't cost a trip each. With 1 MB the bytes
 * wait longer, and survive collections of young objects: that cost a server more than the trips. Bytes.
 */
const gather = 1 << 18

/**
 * Writes to a file in large pieces while the next bytes arrive: at most one piece is on its way to the disk and one is
 * being gathered, so memory stays at about 512 KB however fast the sender is.
 */
export class GatheringWriter {
  readonly #file: FileHandle
  #position: number
  #chunks: Uint8Array[] = []
  #gathered = 0
  #writing: Promise<unknown> = Promise.resolve()

  constructor(file: FileHandle, position = 0) {
    this.#file = file
    this.#position = position
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#chunks.push(chunk)
    this.#gathered += chunk.length
    if (this.#gathered >= gather) await this.#send()
  }

  /** Everything that was taken is with the system. */
  async flush(): Promise<void> {
    if (this.#gathered > 0) await this.#send()
    await this.#writing
  }

  async #send(): Promise<void> {
    await this.#writing
    const chunks = this.#chunks
    const position = this.#position
    this.#position += this.#gathered
    this.#chunks = []
    this.#gathered = 0
    this.#writing = writeAll(this.#file, chunks, position)
    this.#writing.catch(() => {}) // seen by the next `await this.#writing`
  }
}

/** `writev` may write less than it was given, as when the disk fills up: the rest follows, or fails with the reason. */
async function writeAll(file: FileHandle, chunks: Uint8Array[], position: number): Promise<void> {
  const { bytesWritten } = await file.writev(chunks, position)
  let rest = bytesWritten
  for (const chunk of chunks) {
    if (rest >= chunk.length) {
      rest -= chunk.length
      position += chunk.length
      continue
    }
    for (let done = rest; done < chunk.length;) {
      const written = await file.write(chunk, done, chunk.length - done, position + done)
      done += written.bytesWritten
    }
    rest = 0
    position += chunk.length
  }
}
