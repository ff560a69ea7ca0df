import { CodedError } from '@backlot/base/errors'

export interface OutboxOptions {
  /** Outputs that travel at the same time. Two: one uses the line while the other waits for an answer. */
  concurrency?: number
  /** Outputs that may wait. Then the next frame is not begun: the disk is finite. */
  limit?: number
}

interface Waiting {
  owner: object
  work: () => Promise<void>
  done: PromiseWithResolvers<void>
}

/** Outputs on their way to the server while Blender renders the next ones. First in, first out. */
export class Outbox {
  readonly #concurrency: number
  readonly #limit: number
  #waiting: Waiting[] = []
  readonly #open = new Map<object, Set<Promise<void>>>()
  #active = 0
  #onRoom: (() => void)[] = []

  constructor({ concurrency = 2, limit = 256 }: OutboxOptions = {}) {
    this.#concurrency = concurrency
    this.#limit = limit
  }

  get size(): number {
    return this.#waiting.length + this.#active
  }

  get isFull(): boolean {
    return this.size >= this.#limit
  }

  /** Waits until another output may be added. */
  async room(signal: AbortSignal): Promise<void> {
    while (this.isFull) {
      signal.throwIfAborted()
      const freed = Promise.withResolvers<void>()
      this.#onRoom.push(freed.resolve)
      signal.addEventListener('abort', freed.resolve as () => void, { once: true })
      await freed.promise
    }
    signal.throwIfAborted()
  }

  /** Adds one output of `owner`. The promise settles when it has arrived; `settled` reports its failure too. */
  add(owner: object, work: () => Promise<void>): Promise<void> {
    const done = Promise.withResolvers<void>()
    const of = this.#open.get(owner) ?? new Set()
    this.#open.set(owner, of.add(done.promise))
    done.promise.catch(() => undefined)
    this.#waiting.push({ owner, work, done })
    this.#start()
    return done.promise
  }

  /** Waits for everything of `owner`; throws the first failure, when nothing of it is under way any more. */
  async settled(owner: object): Promise<void> {
    const results = await Promise.allSettled(this.#open.get(owner) ?? [])
    this.#open.delete(owner)
    const failed = results.find((result) => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
  }

  /** Forgets what of `owner` has not begun. What is under way ends by its own signal. */
  discard(owner: object): void {
    const gone = this.#waiting.filter((waiting) => waiting.owner === owner)
    this.#waiting = this.#waiting.filter((waiting) => waiting.owner !== owner)
    for (const { done } of gone) done.reject(new CodedError('render.cancelled', 'The output is not wanted any more.'))
    this.#freed()
  }

  #start(): void {
    while (this.#active < this.#concurrency) {
      const next = this.#waiting.shift()
      if (next === undefined) return
      this.#active++
      void next
        .work()
        .then(next.done.resolve, next.done.reject)
        .finally(() => {
          this.#active--
          this.#freed()
          this.#start()
        })
    }
  }

  #freed(): void {
    const waiting = this.#onRoom
    this.#onRoom = []
    for (const wake of waiting) wake()
  }
}
