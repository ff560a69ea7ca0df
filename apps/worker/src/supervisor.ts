import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { backoff } from '@backlot/base/wait'
import type { Logger } from '@backlot/base/node/logger'
import { ApiError } from '@backlot/contract/client'
import { type Lease, renewSeconds } from '@backlot/contract/schemas/farm'
import { Attempt } from './attempt.ts'
import { AttemptLog } from './attempt-log.ts'
import type { BlenderRack } from './blender-rack.ts'
import { describeFailure } from './failure.ts'
import type { Files } from './files.ts'
import { LeaseDesk } from './lease-desk.ts'
import { Outbox } from './outbox/outbox.ts'
import { type Outcome, runAttempt } from './run-attempt.ts'
import type { Link } from './server/link.ts'
import { mayPass, persist } from './server/patience.ts'
import { Slot } from './slot.ts'

export interface SupervisorOptions {
  link: Link
  rack: BlenderRack
  files: Files
  slots: number
  dataFolder: string
  memoryLimit: number | undefined
  recycleTasks: number | undefined
  log: Logger
  /** The server does not know this worker any more. */
  onRefused: (error: unknown) => void
}

/** Between two questions for work when nothing wakes us. Milliseconds; ±20 % so that workers spread. */
const pollEvery = 5000
/** A question for the next lease goes out so long before its slot is free: a slow answer then costs nothing. Milliseconds. */
const askBefore = 250
/** A lease that was asked for ahead waits so long for its slot. Milliseconds. */
const aheadLimit = 3000
/** While the server is away. Milliseconds. */
const renewRetry = { first: 500, longest: renewSeconds * 1000 }
/** The last words to a server that may be gone. Milliseconds. */
const farewellPatience = 5000

interface Asked {
  lease: Promise<Lease | undefined>
  /** There was no work at first: the time until the lease came is not an idle gap. */
  hadToWait: boolean
}

/** Leases tasks for its slots, keeps the leases alive, and reports how they ended. */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #outbox = new Outbox()
  readonly #slots: Slot[]
  readonly #held = new Map<string, Attempt>()
  readonly #desk: LeaseDesk
  readonly #stop = new AbortController()
  #state: 'online' | 'draining' = 'online'
  #loops: Promise<void>[] = []
  #reports = new Set<Promise<void>>()
  #renewTimer: NodeJS.Timeout | undefined
  #pollTimer: NodeJS.Timeout | undefined
  #failures = 0
  #drained: Promise<void> | undefined

  constructor(options: SupervisorOptions) {
    this.#options = options
    const { link, rack, files, memoryLimit, recycleTasks, log } = options
    this.#desk = new LeaseDesk({
      lease: async (slots) => (await link.client.lease({ body: { slots } }, { signal: this.#stop.signal })).leases,
      giveBack: (lease) => this.#giveBack(lease),
      onFailure: (error) => this.#serverFailed(error, 'work could not be asked for'),
    })
    this.#slots = Array.from({ length: options.slots }, (_, index) => {
      const folder = join(this.#workFolder, `slot-${index}`)
      return new Slot({ index, folder, rack, files, memoryLimit, recycleTasks, log })
    })
  }

  get #workFolder(): string {
    return join(this.#options.dataFolder, 'work')
  }

  /** Begins to work. What a killed worker left behind is removed first. */
  async start(): Promise<void> {
    await rm(this.#workFolder, { recursive: true, force: true })
    await mkdir(this.#workFolder, { recursive: true })
    this.#loops = this.#slots.map((slot) => this.#loop(slot))
    this.#renewTimer = setTimeout(() => void this.#renew(), renewSeconds * 1000)
    this.#poll()
  }

  /** There may be work: ask now. */
  wake(): void {
    this.#desk.ask()
  }

  /** Ends these attempts: the server has taken their leases back. */
  drop(attempts: readonly string[]): void {
    for (const attemptId of attempts) this.#held.get(attemptId)?.end('dropped')
  }

  /**
   * Takes no further task, finishes what it holds within `seconds`, gives back the rest, and goes offline. Calling it
   * again shortens the wait.
   */
  drain(seconds: number): Promise<void> {
    this.#state = 'draining'
    this.#desk.close()
    clearTimeout(this.#pollTimer)
    if (seconds === 0) this.#release()
    else setTimeout(() => this.#release(), seconds * 1000).unref()
    this.#drained ??= this.#end()
    return this.#drained
  }

  async #end(): Promise<void> {
    await Promise.all(this.#loops)
    while (this.#reports.size > 0) await Promise.all(this.#reports)
    this.#stop.abort()
    clearTimeout(this.#renewTimer)
    const { link, rack } = this.#options
    await Promise.all([
      Promise.all(this.#slots.map((slot) => slot.close())).then(() => rack.close()),
      link.client.goOffline({}, { signal: AbortSignal.timeout(farewellPatience) }).catch(() => undefined),
    ])
    await rm(this.#workFolder, { recursive: true, force: true })
  }

  #release(): void {
    for (const attempt of this.#held.values()) attempt.end('released')
  }

  async #loop(slot: Slot): Promise<void> {
    let ahead: Asked | undefined
    for (;;) {
      const asked = ahead ?? this.#ask()
      ahead = undefined
      const lease = await asked.lease
      if (lease === undefined) return
      if (asked.hadToWait) slot.hasNoWork()
      if (this.#state === 'draining') return this.#giveBack(lease)
      const attempt = this.#hold(lease)
      const freed = Promise.withResolvers<void>()
      const outcome = runAttempt({
        attempt,
        slot,
        files: this.#options.files,
        outbox: this.#outbox,
        dataFolder: this.#options.dataFolder,
        log: this.#logOf(attempt),
        freeIn: (milliseconds) => {
          if (ahead !== undefined) return void (milliseconds === 0 && this.#desk.ask())
          ahead = this.#askAhead(milliseconds, (asked) => {
            if (ahead !== asked) return false
            ahead = undefined
            return true
          })
        },
        freed: freed.resolve,
      })
      this.#report(attempt, outcome)
      await freed.promise
    }
  }

  #ask(patience = 0): Asked {
    const lease = this.#desk.next(() => (asked.hadToWait = true), patience)
    const asked: Asked = { lease, hadToWait: false }
    return asked
  }

  /**
   * For a slot that is free in so long. The end of another attempt may bring the lease; if none does, it is asked for in
   * time. A lease that then has to wait for too long is given back: others may be idle.
   */
  #askAhead(milliseconds: number, withdraw: (asked: Asked) => boolean): Asked {
    const asked = this.#ask(Math.max(0, milliseconds - askBefore))
    void asked.lease.then((lease) => {
      if (lease === undefined) return
      setTimeout(() => {
        if (withdraw(asked)) this.#giveBack(lease)
      }, aheadLimit).unref()
    })
    return asked
  }

  #hold(lease: Lease): Attempt {
    const client = this.#options.link.clientFor(lease)
    const attempt = new Attempt(lease, client, new AttemptLog(client, lease))
    this.#held.set(lease.attemptId, attempt)
    this.#logOf(attempt).info({ frames: lease.frames.length, step: lease.step }, 'leased')
    return attempt
  }

  #report(attempt: Attempt, outcome: Promise<Outcome>): void {
    const reported = outcome.then((result) => this.#reportNow(attempt, result))
    this.#reports.add(reported)
    void reported.finally(() => this.#reports.delete(reported))
  }

  /** Tells how it ended, for as long as it takes, and brings work for the slots that are free by then. */
  async #reportNow(attempt: Attempt, result: Outcome): Promise<void> {
    const log = this.#logOf(attempt)
    try {
      if (attempt.endReason === 'dropped') log.info('dropped')
      else log.info({ state: result?.state ?? 'stale' }, 'ended')
      if (result === undefined) return
      // Whoever stops waits for the server only a little; what it does not hear of, it finds out when the lease ends.
      const signal = result.state === 'released' ? AbortSignal.timeout(farewellPatience) : this.#stop.signal
      await this.#desk.with((slots) => persist(() => this.#finish(attempt, { result, slots, signal }), { signal }))
    } catch (error) {
      const isStale = error instanceof ApiError && error.code === 'farm.stale_attempt'
      if (isStale) log.info('the server had taken the lease back')
      else if (this.#state === 'online') this.#serverFailed(error, 'an end could not be reported')
    } finally {
      this.#held.delete(attempt.lease.attemptId)
      this.#desk.ask()
    }
  }

  async #finish(
    attempt: Attempt,
    { result, slots, signal }: { result: NonNullable<Outcome>; slots: number; signal: AbortSignal },
  ): Promise<readonly Lease[]> {
    const { client } = this.#options.link
    try {
      return (await client.finish({ body: attempt.result(result, slots) }, { signal })).leases
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'blob.not_found') throw error
      // The frame's file has gone from storage since it was sent: it has to be rendered again.
      attempt.loseKept()
      const failed = { state: 'failed' as const, ...describeFailure(error), cause: 'host' as const, frame: null }
      return (await client.finish({ body: attempt.result(failed, slots) }, { signal })).leases
    }
  }

  #giveBack(lease: Lease): void {
    this.#report(this.#hold(lease), Promise.resolve({ state: 'released' }))
  }

  async #renew(): Promise<void> {
    let wait = renewSeconds * 1000
    try {
      const now = Date.now()
      for (const attempt of this.#held.values()) attempt.endIfStalled(now)
      const attempts = [...this.#held.values()].map((attempt) => attempt.report())
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(10_000)])
      const { drop } = await this.#options.link.client.renew({ body: { state: this.#state, attempts } }, { signal })
      this.drop(drop)
      if (this.#failures > 0) {
        this.#options.log.info({ failures: this.#failures }, 'the server is back')
        this.#failures = 0
        this.#desk.ask()
      }
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#serverFailed(error, 'leases could not be renewed')
      wait = backoff(this.#failures, renewRetry)
    }
    this.#renewTimer = setTimeout(() => void this.#renew(), wait)
  }

  #poll(): void {
    const jittered = pollEvery * (0.8 + Math.random() * 0.4)
    this.#pollTimer = setTimeout(() => {
      if (this.#failures === 0) this.#desk.ask()
      this.#poll()
    }, jittered)
  }

  #serverFailed(error: unknown, what: string): void {
    if (this.#stop.signal.aborted) return
    this.#failures++
    if (error instanceof ApiError && error.kind === 'auth') return this.#options.onRefused(error)
    if (this.#failures === 1 || !isOutage(error)) this.#options.log.warn({ err: error }, what)
  }

  #logOf({ lease }: Attempt): Logger {
    const { jobId, taskId, attemptId } = lease
    return this.#options.log.child({ jobId, taskId, attemptId })
  }
}

function isOutage(error: unknown): boolean {
  return mayPass(error) || (error as Error).name === 'TimeoutError'
}
