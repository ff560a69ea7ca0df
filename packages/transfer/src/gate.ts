/** Lets at most so many pieces of work run at once; the others wait in order. */
export class Gate {
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(width: number) {
    this.#free = width
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#free++
    }
  }
}

/**
 * Does several things together. When one fails, the signal that the others got is aborted, and the error is thrown only
 * after all have ended: nothing goes on behind the caller's back.
 */
export async function together(
  outer: AbortSignal | undefined,
  start: (signal: AbortSignal) => Promise<unknown>[],
): Promise<void> {
  const stop = new AbortController()
  const signal = outer ? AbortSignal.any([outer, stop.signal]) : stop.signal
  signal.throwIfAborted()
  let first: { error: unknown } | undefined
  const watched = start(signal).map((work) =>
    work.catch((error: unknown) => {
      first ??= { error }
      stop.abort(error)
    }),
  )
  await Promise.all(watched)
  if (outer?.aborted) throw outer.reason
  if (first) throw first.error
}

/** Does the same with every item, at most `width` at once. */
export async function forEachParallel<Item>(
  items: readonly Item[],
  width: number,
  outer: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  let next = 0
  await together(outer, (signal) =>
    Array.from({ length: Math.min(width, items.length) }, async () => {
      while (next < items.length) {
        signal.throwIfAborted()
        await work(items[next++] as Item, signal)
      }
    }),
  )
}
