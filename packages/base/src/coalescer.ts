export interface CoalescerOptions<Key> {
  /** Gets every key that was touched since the last call. What it throws goes to `onError`; the keys are not repeated. */
  flush: (keys: Key[]) => Promise<void>
  /** Between two calls. Milliseconds. */
  interval: number
  onError: (error: unknown) => void
}

/** What makes one: a simulator gives its own, which flushes when its virtual time says so. */
export type Coalesce = <Key>(options: CoalescerOptions<Key>) => Pick<Coalescer<Key>, 'touch' | 'close'>

/**
 * Turns many touches of a thing into few looks at it: the first touch is answered at once, those within the interval
 * together at its end (so the last state is always seen), and never two calls at a time.
 */
export class Coalescer<Key> {
  readonly #options: CoalescerOptions<Key>
  readonly #touched = new Set<Key>()
  #lastFlush = -Infinity
  #timer: ReturnType<typeof setTimeout> | undefined
  #flushing: Promise<void> | undefined
  #closed = false

  constructor(options: CoalescerOptions<Key>) {
    this.#options = options
  }

  touch(key: Key): void {
    if (this.#closed) return
    this.#touched.add(key)
    this.#schedule()
  }

  /** Drops what was not flushed, and waits for a flush that is under way. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#flushing
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#flushing !== undefined) return
    const wait = Math.max(0, this.#lastFlush + this.#options.interval - performance.now())
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#flushing = this.#flush()
    }, wait)
  }

  async #flush(): Promise<void> {
    const keys = [...this.#touched]
    this.#touched.clear()
    this.#lastFlush = performance.now()
    await this.#options.flush(keys).catch(this.#options.onError)
    this.#flushing = undefined
    if (this.#touched.size > 0 && !this.#closed) this.#schedule()
  }
}

export const coalesceByTimer: Coalesce = (options) => new Coalescer(options)
