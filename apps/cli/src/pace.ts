import { formatSeconds } from '@backlot/base/format'

/** How fast something goes and how long it will take, for what is counted and not measured in bytes. */
export class Pace {
  readonly #started: number
  readonly #now: () => number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#started = now()
  }

  /** `, 12/s, 3.0 s left`; empty before anything is done. */
  text(done: number, total: number): string {
    const seconds = (this.#now() - this.#started) / 1000
    if (done === 0 || seconds <= 0) return ''
    const rate = done / seconds
    const shown = rate < 10 ? rate.toFixed(1) : rate.toFixed(0)
    return `, ${shown}/s${total > done ? `, ${formatSeconds((total - done) / rate)} left` : ''}`
  }
}
