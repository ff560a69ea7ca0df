import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Tx } from '@backlot/db/tx'
import { jobsOfAttempts } from './queries/jobs-of-attempts.ts'
import { lockJobs } from './queries/lock-jobs.ts'
import { type HeldAttempt, readHeld } from './queries/read-held.ts'

/** How a worker names what it holds. */
export interface Hold {
  attemptId: string
  fence: number
  workerId: string
}

/** Locks the jobs of these attempts, then the attempts, and reads them as they are under the lock. */
export async function lockHeld(tx: Tx, attemptIds: readonly string[]): Promise<Map<string, HeldAttempt>> {
  const ids = [...new Set(attemptIds)]
  const jobs = await jobsOfAttempts(tx, ids)
  if (jobs.length === 0) return new Map()
  await lockJobs(tx, jobs)
  return new Map((await readHeld(tx, ids)).map((held) => [held.attemptId, held]))
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
