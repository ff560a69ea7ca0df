import { BlendFileError } from '../errors.ts'

/** Largest sizes of what a compressed file of `size` bytes may become. */
export interface ExpansionLimits {
  /** Content, in bytes: far above any real .blend (about 3 to 20 times), far below a bomb (1,000 times and more). */
  readonly content: number
  /** All that is decompressed while the file is open, in bytes; going back in a stream starts it over. */
  readonly work: number
}

const MiB = 1024 * 1024

export function expansionLimits(size: number): ExpansionLimits {
  return { content: Math.max(512 * MiB, size * 100), work: Math.max(768 * MiB, size * 200) }
}

/** Counts what is decompressed. A few MB that jump to and fro would otherwise keep a processor busy for hours. */
export class WorkMeter {
  readonly #limit: number
  #done = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Throws `blend.too_large`. */
  add(bytes: number): void {
    this.#done += bytes
    if (this.#done <= this.#limit) return
    const message = `Reading the .blend would decompress more than ${this.#limit} bytes.`
    throw new BlendFileError('blend.too_large', message, { details: { maxBytes: this.#limit } })
  }
}

export function tooLong(maxBytes: number): BlendFileError {
  return new BlendFileError('blend.too_large', `The .blend expands to more than ${maxBytes} bytes.`, {
    details: { maxBytes },
  })
}
