import type { BlenderSession } from './driver.ts'
import type { FoundBlender } from './find.ts'

export interface WarmPoolOptions<B extends Pick<FoundBlender, 'path'>> {
  start: (blender: B) => Promise<BlenderSession>
  /** Blenders kept ready in all, the last used versions first. Each takes about 200 MB. Default 1. */
  spares?: number
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
  #closed = false

  constructor(options: WarmPoolOptions<B>) {
    this.#options = { spares: 1, ...options }
  }

  /** A fresh session of this Blender, and the next one begins to start. The caller closes or ends it. */
  async take(blender: B): Promise<BlenderSession> {
    const spare = this.#spares.get(blender.path)
    this.#spares.delete(blender.path)
    const ready = await spare
    const session = ready?.alive ? ready : await this.#options.start(blender)
    this.warm(blender)
    return session
  }

  /** Begins to start a spare of this Blender, if there is none; drops the one that was not used for longest. */
  warm(blender: B): void {
    if (this.#closed || this.#options.spares < 1 || this.#spares.has(blender.path)) return
    this.#spares.set(
      blender.path,
      this.#options.start(blender).catch(() => undefined),
    )
    for (const [path, spare] of this.#spares) {
      if (this.#spares.size <= this.#options.spares) break
      this.#spares.delete(path)
      this.#dismiss(spare)
    }
  }

  /** Ends all spares and waits for them. */
  async close(): Promise<void> {
    this.#closed = true
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
