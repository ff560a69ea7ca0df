import type { Coalesce, CoalescerOptions } from '@backlot/base/coalescer'

/** Flushes when the simulator says so; what it never flushes is a notification that was lost. */
export class ManualCoalescers {
  readonly #all: { flush(): Promise<void>; drop(): void }[] = []

  readonly coalesce: Coalesce = <Key>(options: CoalescerOptions<Key>) => {
    const touched = new Set<Key>()
    this.#all.push({
      drop: () => touched.clear(),
      flush: async () => {
        const keys = [...touched]
        touched.clear()
        if (keys.length > 0) await options.flush(keys).catch(options.onError)
      },
    })
    return { touch: (key: Key) => void touched.add(key), close: () => Promise.resolve() }
  }

  async flush(): Promise<void> {
    for (const one of this.#all) await one.flush()
  }

  drop(): void {
    for (const one of this.#all) one.drop()
  }
}
