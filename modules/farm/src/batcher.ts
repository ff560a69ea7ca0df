export interface BatcherOptions<Item, Result> {
  /**
   * Does a whole batch, one result per item in the same order. An `Error` as a result fails that item alone; a promise
   * is one that goes its own way: the next batch does not wait for it.
   */
  run: (items: Item[]) => Promise<(Result | Error | Promise<Result>)[]>
  /** How long the first item waits for company. Milliseconds. */
  window?: number
  /** Items of one batch. */
  most?: number
  /** Whether a failure concerns everybody, so that nothing is gained by trying fewer items. Default: none does. */
  isShared?: (error: unknown) => boolean
}

/**
 * Coalesces calls: what arrives within the window, or while a batch is under way, goes together in the next one, so
 * that the batches grow with the load (one transaction for 200 workers instead of 200) and a lone call pays only the
 * window. When a batch as a whole fails, each half is tried on its own, and so on: one bad item among 500 costs 18 more
 * batches, and fails alone.
 */
export class Batcher<Item, Result> {
  readonly #options: Required<BatcherOptions<Item, Result>>
  #waiting: { item: Item; resolve: (result: Result | Promise<Result>) => void; reject: (error: unknown) => void }[] = []
  #running: Promise<void> | undefined

  constructor(options: BatcherOptions<Item, Result>) {
    this.#options = { window: 2, most: 500, isShared: () => false, ...options }
  }

  add(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#running ??= this.#drain().finally(() => (this.#running = undefined))
    })
  }

  /** Resolves when nothing waits and nothing runs. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
  }

  async #drain(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.#options.window))
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.most)
      const results = await this.#results(batch.map(({ item }) => item))
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index] as Result | Error | Promise<Result>
        if (result instanceof Error) reject(result)
        else resolve(result)
      }
      // Those who just got an answer may ask again at once (finish, then lease): let them join the next batch.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  async #results(items: Item[]): Promise<(Result | Error | Promise<Result>)[]> {
    try {
      const results = await this.#options.run(items)
      // Who asked may only be told when the other half is done: a failure before that is not one that nobody handles.
      for (const result of results) if (result instanceof Promise) result.catch(() => undefined)
      return results
    } catch (error) {
      if (items.length === 1 || this.#options.isShared(error)) return items.map(() => error as Error)
      const middle = Math.ceil(items.length / 2)
      const first = await this.#results(items.slice(0, middle))
      return [...first, ...(await this.#results(items.slice(middle)))]
    }
  }
}
