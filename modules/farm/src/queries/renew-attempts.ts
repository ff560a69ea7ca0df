import type { AttemptProgress } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface RenewedAttempt {
  attemptId: string
  tenantId: string
  ownerId: string
  jobId: string
  workerName: string
  frame: number | null
  fraction: number
}

/**
 * Extends the leases that are still held, with their progress. What is missing in the answer has to be dropped: it
 * ended, or its job is cancelled (such a lease is left to run out).
 */
export async function renewAttempts(
  tx: Tx,
  held: readonly (AttemptProgress & { workerId: string })[],
  expiresAt: Date,
): Promise<RenewedAttempt[]> {
  const { rows } = await sql<RenewedAttempt>`
    with given as (
      select distinct on ("attemptId") * from json_to_recordset(${JSON.stringify(held)}::json) as x(
        "attemptId" uuid, "workerId" uuid, fence integer, frame integer, fraction real, message text, beat bigint
      ) order by "attemptId"
    ),
    live as (
      select a.attempt_id, j.owner_id, g.frame, g.fraction, g.message, g.beat
      from backlot.attempts a
      join given g on a.attempt_id = g."attemptId" and a.fence = g.fence and a.worker_id = g."workerId"
      join backlot.farm_steps s on s.step_id = a.step_id
      join backlot.farm_jobs j on j.job_id = a.job_id
      where a.state = 'running' and (not s.cancelled or s.given_up)
      order by a.attempt_id
      for no key update of a
    )
    update backlot.attempts a
    set expires_at = ${expiresAt}, frame = l.frame, fraction = l.fraction, message = l.message, beat = l.beat
    from live l where a.attempt_id = l.attempt_id
    returning a.attempt_id as "attemptId", a.tenant_id as "tenantId", l.owner_id as "ownerId", a.job_id as "jobId",
      a.worker_name as "workerName", a.frame, a.fraction
  `.execute(tx)
  return rows
}
