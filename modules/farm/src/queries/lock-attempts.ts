import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** An attempt that a worker holds as far as the server knows. */
export interface LiveLease {
  attemptId: string
  workerId: string
  leasedAt: Date
  expiresAt: Date
}

/**
 * Locks these attempts and all that these workers hold, in one statement and ascending: renewals and log lines come
 * without the lock of the job. Answers what the workers hold.
 */
export async function lockAttempts(
  tx: Tx,
  attemptIds: readonly string[],
  workerIds: readonly string[],
): Promise<LiveLease[]> {
  const { rows } = await sql<LiveLease & { isHeld: boolean }>`
    select attempt_id as "attemptId", worker_id as "workerId", leased_at as "leasedAt", expires_at as "expiresAt",
      state = 'running' and worker_id = any(${[...workerIds]}::uuid[]) as "isHeld"
    from backlot.attempts
    where attempt_id in (
      select unnest(${[...attemptIds]}::uuid[])
      union
      select attempt_id from backlot.attempts where state = 'running' and worker_id = any(${[...workerIds]}::uuid[])
    )
    order by attempt_id for no key update
  `.execute(tx)
  return rows.filter(({ isHeld }) => isHeld)
}
