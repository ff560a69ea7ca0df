import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Tx } from '@backlot/db/tx'
import { jobsOfAttempts } from './queries/jobs-of-attempts.ts'
import { lockAttempts } from './queries/lock-attempts.ts'
import { lockJobs } from './queries/lock-jobs.ts'
import { type HeldAttempt, readHeld } from './queries/read-held.ts'

/** How a worker names what it holds. */
export interface Hold {
  attemptId: string
  fence: number
  workerId: string
}

/** Locks the jobs of these attempts, then the attempts, and reads them as they are under the lock. */
export async function lockHeld(tx: Tx, attemptIds: readonly string[]): Promise<HeldAttempt[]> {
  const ids = [...new Set(attemptIds)]
  const jobs = new Set((await jobsOfAttempts(tx, ids)).map(({ jobId }) => jobId))
  if (jobs.size === 0) return []
  await lockJobs(tx, [...jobs])
  const [, held] = await Promise.all([lockAttempts(tx, ids, []), readHeld(tx, ids)])
  return held
}

/** Whether the attempt is this worker's; whether it still runs is another question. */
export function isOwn(held: HeldAttempt | undefined, { fence, workerId }: Hold): held is HeldAttempt {
  return held !== undefined && held.fence === fence && held.workerId === workerId
}

export function staleAttempt({ attemptId, fence }: Pick<Hold, 'attemptId' | 'fence'>): CodedError<ErrorCode> {
  return new CodedError('farm.stale_attempt', 'This attempt no longer holds the task.', {
    details: { attemptId, fence },
  })
}
