import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface LiveAttempt {
  attemptId: string
  fence: number
  workerId: string
  jobId: string
  tenantId: string
}

/** Those of the asked attempts that run with exactly this fence. */
export async function findAttempts(
  tx: Tx,
  asked: readonly { attemptId: string; fence: number }[],
): Promise<LiveAttempt[]> {
  const { rows } = await sql<LiveAttempt>`
    select a.attempt_id as "attemptId", a.fence, a.worker_id as "workerId", a.job_id as "jobId",
      a.tenant_id as "tenantId"
    from backlot.attempts a
    join (
      select distinct "attemptId", fence
      from json_to_recordset(${JSON.stringify(asked)}::json) as x("attemptId" uuid, fence integer)
    ) x on a.attempt_id = x."attemptId" and a.fence = x.fence
    where a.state = 'running'
  `.execute(tx)
  return rows
}
