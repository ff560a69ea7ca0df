import type { AttemptProgress } from '@backlot/contract/schemas/farm'
import type { WorkerState } from '@backlot/contract/states'
import type { FarmContext } from './context.ts'
import { leaseMilliseconds, unmentionedMilliseconds } from './limits.ts'
import { expireUnmentioned } from './queries/expire-unmentioned.ts'
import { renewAttempts, type RenewedAttempt } from './queries/renew-attempts.ts'
import { touchWorkers } from './queries/touch-workers.ts'

export interface Renewal {
  workerId: string
  state: Exclude<WorkerState, 'offline'>
  attempts: AttemptProgress[]
}

/** Renews what many workers hold, at once. Answers, per worker, the attempts that it must drop. */
export async function renewLeases(context: FarmContext, renewals: readonly Renewal[]): Promise<string[][]> {
  const renewed = await context.unit(async ({ tx, now, afterCommit }) => {
    const at = now.getTime()
    const [changed, renewed] = await Promise.all([
      touchWorkers(
        tx,
        renewals.map(({ workerId, state }) => ({ workerId, state })),
        now,
      ),
      renewAttempts(
        tx,
        renewals.flatMap(({ workerId, attempts }) => attempts.map((attempt) => ({ ...attempt, workerId }))),
        new Date(at + leaseMilliseconds),
      ),
      expireUnmentioned(
        tx,
        renewals.map(({ workerId, attempts }) => ({ workerId, attempts: attempts.map(({ attemptId }) => attemptId) })),
        { leasedBefore: new Date(at - unmentionedMilliseconds), now },
      ),
    ])
    afterCommit(() => {
      for (const { workerId } of changed) context.workerTouched(workerId)
      for (const attempt of renewed) announceProgress(context, attempt)
      for (const { workerId, attempts } of renewals) if (attempts.length > 0) context.workerTouched(workerId)
    })
    return new Set(renewed.map(({ attemptId }) => attemptId))
  })
  return renewals.map(({ attempts }) =>
    attempts.map(({ attemptId }) => attemptId).filter((attemptId) => !renewed.has(attemptId)),
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
      warnings: [],
    },
  )
}
