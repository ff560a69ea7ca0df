/**
 * Whether a disk answers so promptly that it is asked directly, and not through Node's threads.
 *
 * What the system has in memory it tells in 2 µs (a stat) to 50 µs (512 KiB of a file); Node's threads need 30 µs of CPU
 * time for handing over a question and its answer, which was a fifth of what tracing a file of 500 MB cost. A disk or
 * a server that has to be waited for is asked through them, so that it keeps nobody waiting and several questions are
 * on their way: from one slow answer on for a while, and always for the first, which may never be answered.
 */
export class Promptness {
  /** Questions that still go through the threads. */
  #wary = 1

  /** Two ways to ask the same; throws or rejects as they do. */
  ask<T>(directly: () => T, throughThreads: () => Promise<T>): T | Promise<T> {
    if (this.#wary > 0) {
      this.#wary--
      return throughThreads()
    }
    const started = performance.now()
    try {
      return directly()
    } finally {
      if (performance.now() - started > slowMs) this.#wary = waryFor
    }
  }
}

/** One slow answer in so many costs next to nothing. */
const waryFor = 64
/** No disk is that prompt; the memory is, also on a machine that does other things. */
const slowMs = 1
