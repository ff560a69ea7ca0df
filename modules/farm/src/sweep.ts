import { Caps } from './caps.ts'
import type { FarmContext } from './context.ts'
import { askForTests, doubtWorkers, keepAllHours } from './doubt-workers.ts'
import { leaseMilliseconds, sweepBatch } from './limits.ts'
import { findExpiredAttempts } from './queries/find-expired-attempts.ts'
import { findIdleWorkers } from './queries/find-idle-workers.ts'
import { readUsages } from './queries/read-usages.ts'
import { releaseSteps } from './queries/release-steps.ts'
import { silenceWorkers } from './queries/silence-workers.ts'
import { readmitNeeded } from './judge-workers.ts'
import { loseAttempts } from './settle-attempts.ts'

export interface Swept {
  /** Attempts whose lease ran out. */
  lost: number
  /** Workers that fell silent. */
  silent: number
  /** Idle workers that were told of work. */
  woken: number
}

/**
 * What no call triggers: leases that ran out, workers that fell silent, wake-ups that got lost.
 *
 * Silence is judged only when workers had a whole lease's time to speak: after a start of the server, and after any
 * gap between two sweeps (the process was suspended, the database was away), the clock starts anew. So a worker
 * that lives through a five-minute outage keeps its lease, and a dead one's task is queued a lease after the return.
 */
export class Sweeper {
  readonly #context: FarmContext
  #listeningSince: number | undefined
  #lastSweep: number | undefined

  constructor(context: FarmContext) {
    this.#context = context
  }

  async sweep(): Promise<Swept> {
    const now = this.#context.clock().getTime()
    const gap = this.#lastSweep === undefined || Math.abs(now - this.#lastSweep) > leaseMilliseconds / 2
    if (gap || this.#listeningSince === undefined) this.#listeningSince = now
    const mayJudge = now - this.#listeningSince >= leaseMilliseconds
    const lost = mayJudge ? await loseExpired(this.#context) : 0
    const silent = mayJudge ? await markSilent(this.#context, new Date(now - leaseMilliseconds)) : 0
    await readmitNeeded(this.#context)
    await doubtWorkers(this.#context)
    await askForTests(this.#context)
    await keepAllHours(this.#context)
    await this.#context.unit(({ tx, now }) => releaseSteps(tx, now))
    const woken = await wakeIdle(this.#context)
    // Only now: a sweep that failed because the database was away is a gap.
    this.#lastSweep = now
    return { lost, silent, woken }
  }
}

async function loseExpired(context: FarmContext): Promise<number> {
  let total = 0
  for (;;) {
    const expired = await context.unit(({ tx, now }) => findExpiredAttempts(tx, now, sweepBatch))
    const lost = await loseTogether(context, expired)
    total += lost
    // None of a full batch: they came back to life meanwhile, or can't be ended. The next sweep looks again.
    if (expired.length < sweepBatch || lost === 0) return total
  }
}

/** One job that can't be changed must not keep the others from being found out: it is tried, and reported, alone. */
async function loseTogether(context: FarmContext, attemptIds: readonly string[]): Promise<number> {
  try {
    return await context.unit((unit) =>
      loseAttempts(context, unit, attemptIds, { isLost: (held) => held.expiresAt <= unit.now, outcome: 'lost' }),
    )
  } catch (error) {
    if ((error as { code?: unknown }).code === 'database.unreachable') throw error
    if (attemptIds.length === 1) {
      context.log.error({ err: error, attemptId: attemptIds[0] }, 'farm: an expired lease could not be ended')
      return 0
    }
    let lost = 0
    for (const attemptId of attemptIds) lost += await loseTogether(context, [attemptId])
    return lost
  }
}

async function markSilent(context: FarmContext, since: Date): Promise<number> {
  return context.unit(async ({ tx, afterCommit }) => {
    const silent = await silenceWorkers(tx, since)
    afterCommit(() => silent.forEach((workerId) => context.workerTouched(workerId)))
    return silent.length
  })
}

export async function wakeIdle(context: FarmContext, stepIds?: readonly string[]): Promise<number> {
  const idle = await context.unit(async ({ tx }) => findIdleWorkers(tx, Caps.fullOf(await readUsages(tx)), stepIds))
  for (const workerId of idle) context.publish({ workerId }, 'agentWake', { workerId }, {})
  return idle.length
}
