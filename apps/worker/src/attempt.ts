import type { Client } from '@backlot/contract/client'
import type { AttemptProgress, AttemptResult, Lease } from '@backlot/contract/schemas/farm'
import type { AttemptLog } from './attempt-log.ts'

/**
 * Why an attempt is ended from outside. `dropped`: the server took the lease back (cancelled, lost, superseded) ·
 * `released`: the worker stops and gives it back · `stalled`: no sign of life for too long.
 */
export type EndReason = 'dropped' | 'released' | 'stalled'

/** The reason of an attempt's signal. */
export class AttemptEnded extends Error {
  readonly reason: EndReason

  constructor(reason: EndReason) {
    super(`The attempt was ended: ${reason}.`)
    this.name = 'AttemptEnded'
    this.reason = reason
  }
}

type Result = AttemptResult['result']

/** One lease that this worker holds: from the moment it is given until its end is reported. */
export class Attempt {
  readonly lease: Lease
  /** Requests in the attempt's tenant. */
  readonly client: Client
  readonly log: AttemptLog
  readonly signal: AbortSignal
  readonly #abort = new AbortController()
  /** In storage, and not reported yet. */
  #undelivered: AttemptResult['frames'] = []
  #progress = { frame: null as number | null, fraction: 0, message: 'Preparing' }
  #beat = 0
  #beatAt: number
  #isSettled = false

  constructor(lease: Lease, client: Client, log: AttemptLog, now = Date.now()) {
    this.lease = lease
    this.client = client
    this.log = log
    this.signal = this.#abort.signal
    this.#beatAt = now
  }

  /** A sign of life of the work itself, with what changed of its progress. */
  progress(change: Partial<{ frame: number | null; fraction: number; message: string }> = {}, now = Date.now()): void {
    this.#progress = { ...this.#progress, ...change }
    this.#beat++
    this.#beatAt = now
  }

  report(): AttemptProgress {
    const { frame, fraction, message } = this.#progress
    return {
      ...this.held,
      frame,
      fraction: Math.min(1, Math.max(0, fraction)),
      message: message.slice(0, 500),
      beat: this.#beat,
    }
  }

  get held(): { attemptId: string; fence: number } {
    return { attemptId: this.lease.attemptId, fence: this.lease.fence }
  }

  /** Why it was ended from outside, if it was. */
  get endReason(): EndReason | undefined {
    return this.signal.aborted ? (this.signal.reason as AttemptEnded).reason : undefined
  }

  end(reason: EndReason): void {
    this.#abort.abort(new AttemptEnded(reason))
  }

  /** Its Blender has rendered a frame of the job: from now on it is silent for less long. */
  settle(): void {
    this.#isSettled = true
  }

  /** Seconds without a sign of life that end it. */
  get patience(): number {
    return this.#isSettled ? this.lease.settledStallSeconds : this.lease.stallSeconds
  }

  /** Ends it when it gave no sign of life for the time that its lease allows. */
  endIfStalled(now: number): void {
    if (!this.signal.aborted && now - this.#beatAt > this.patience * 1000) this.end('stalled')
  }

  /** A finished frame that is reported with the end: nothing else of the task is to come. */
  keepForEnd(frame: AttemptResult['frames'][number]): void {
    this.#undelivered.push(frame)
  }

  result(result: Result, slots: number): AttemptResult {
    return { ...this.held, frames: this.#undelivered, result, slots }
  }

  /** What was kept for the end has gone from storage. */
  loseKept(): void {
    this.#undelivered = []
  }
}
