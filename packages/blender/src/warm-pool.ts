import type { BlenderSession } from './driver.ts'
import type { FoundBlender } from './find.ts'

export interface WarmPoolOptions<B extends Pick<FoundBlender, 'path'>> {
  start: (blender: B) => Promise<BlenderSession>
  /** Blenders kept ready in all, the last used versions first. Each takes about 200 MB. Default 1. */
  spares?: number
  /**
   * So long after one was taken the next one begins to start: a start takes a core for a second, which the first frames
   * have better use for. Milliseconds. Default 5 s.
   */
  delayMs?: number
}

/**
 * Keeps the next Blender ready, so that a cancelled render, which costs its process, costs no time: starting takes 0.4 to
 * 1.5 s, taking a spare nothing.
 */
export class WarmPool<B extends Pick<FoundBlender, 'path'> = FoundBlender> {
  readonly #options: Required<WarmPoolOptions<B>>
  /** Last used last. A spare that failed to start is dropped; who takes one then starts anew and sees the error. */
  readonly #spares = new Map<string, Promise<BlenderSession | undefined>>()
  readonly #leaving = new Set<Promise<unknown>>()
  readonly #timers = new Map<string, NodeJS.Timeout>()
  #closed = false

  constructor(options: WarmPoolOptions<B>) {
    this.#options = { spares: 1, delayMs: 5000, ...options }
  }

  /**
   * A fresh session of this Blender. The caller closes or ends it. `soon`: the next one will be wanted directly after it,
   * and begins to start at once.
   */
  async take(blender: B, { soon = false }: { soon?: boolean } = {}): Promise<BlenderSession> {
    const spare = this.#spares.get(blender.path)
    this.#spares.delete(blender.path)
    const ready = await spare
    const session = ready?.alive ? ready : await this.#options.start(blender)
    if (soon) this.warm(blender)
    else this.#warmLater(blender)
    return session
  }

  /** Takes a session that has served nobody as the spare; where there is one already, it ends. */
  put(blender: B, session: BlenderSession): void {
    const fresh = Promise.resolve(session)
    if (this.#closed || this.#spares.has(blender.path)) this.#dismiss(fresh)
    else this.#keep(blender, fresh)
  }

  /** Begins to start a spare of this Blender, if there is none; drops the one that was not used for longest. */
  warm(blender: B): void {
    if (this.#closed || this.#options.spares < 1 || this.#spares.has(blender.path)) return
    this.#keep(
      blender,
      this.#options.start(blender).catch(() => undefined),
    )
  }

  #warmLater(blender: B): void {
    const { path } = blender
    clearTimeout(this.#timers.get(path))
    const timer = setTimeout(() => {
      this.#timers.delete(path)
      this.warm(blender)
    }, this.#options.delayMs)
    this.#timers.set(path, timer)
  }

  #keep(blender: B, spare: Promise<BlenderSession | undefined>): void {
    this.#spares.set(blender.path, spare)
    for (const [path, spare] of this.#spares) {
      if (this.#spares.size <= this.#options.spares) break
      this.#spares.delete(path)
      this.#dismiss(spare)
    }
  }

  /** Ends all spares and waits for them. */
  async close(): Promise<void> {
    this.#closed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
    for (const spare of this.#spares.values()) this.#dismiss(spare)
    this.#spares.clear()
    await Promise.all(this.#leaving)
  }

  #dismiss(spare: Promise<BlenderSession | undefined>): void {
    const leaving = spare.then((session) => session?.end({ graceMs: 0 }))
    this.#leaving.add(leaving)
    void leaving.finally(() => this.#leaving.delete(leaving))
  }
}
