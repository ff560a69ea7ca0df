import type { AttemptProgress } from '@backlot/contract/schemas/farm'
import type { WorkerState } from '@backlot/contract/states'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { leaseMilliseconds, unmentionedMilliseconds } from './limits.ts'
import { expireAttempts } from './queries/expire-attempts.ts'
import type { LiveLease } from './queries/lock-attempts.ts'
import { renewAttempts, type RenewedAttempt } from './queries/renew-attempts.ts'

export interface Renewal {
  workerId: string
  state: Exclude<WorkerState, 'offline'>
  /** Everything that the worker holds. */
  attempts: readonly AttemptProgress[]
}

/**
 * Renews what many workers hold, at once. Answers the attempts that were renewed: all others have to be dropped. What
 * is renewed must be locked.
 */
export async function renewLeases(
  context: FarmContext,
  { tx, now, afterCommit }: Unit,
  renewals: readonly Renewal[],
): Promise<Set<string>> {
  const held = renewals.flatMap(({ workerId, attempts }) => attempts.map((attempt) => ({ ...attempt, workerId })))
  if (held.length === 0) return new Set()
  const renewed = await renewAttempts(tx, held, new Date(now.getTime() + leaseMilliseconds))
  afterCommit(() => {
    for (const attempt of renewed) announceProgress(context, attempt)
    for (const { workerId, attempts } of renewals) if (attempts.length > 0) context.workerTouched(workerId)
  })
  return new Set(renewed.map(({ attemptId }) => attemptId))
}

/**
 * A worker names everything that it holds. What it was given some time ago and does not name never reached it (the
 * answer was lost on the way): its lease ends now, and the next sweep gives it to another one.
 */
export async function expireUnmentioned(
  { tx, now }: Unit,
  renewals: readonly Renewal[],
  live: readonly LiveLease[],
): Promise<void> {
  const named = new Map<string, Set<string>>()
  for (const { workerId, attempts } of renewals) {
    const ids = attempts.map(({ attemptId }) => attemptId)
    named.set(workerId, new Set([...(named.get(workerId) ?? []), ...ids]))
  }
  const before = now.getTime() - unmentionedMilliseconds
  const forgotten = live.filter(
    ({ attemptId, workerId, leasedAt, expiresAt }) =>
      leasedAt.getTime() < before && expiresAt > now && named.get(workerId)?.has(attemptId) === false,
  )
  if (forgotten.length === 0) return
  await expireAttempts(
    tx,
    forgotten.map(({ attemptId }) => attemptId),
    now,
  )
}

function announceProgress(context: FarmContext, attempt: RenewedAttempt): void {
  const { tenantId, ownerId, jobId, workerName, frame, fraction } = attempt
  if (frame === null) return
  context.publish(
    { tenantId, ownerId },
    'jobFrame',
    { jobId },
    {
      frame,
      state: 'running',
      file: null,
      thumbnail: null,
      renderSeconds: null,
      progress: fraction,
      worker: workerName,
      blender: null,
      device: null,
      settingsHash: null,
      warnings: [],
    },
  )
}
