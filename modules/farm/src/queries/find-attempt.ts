import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface LiveAttempt {
  attemptId: string
  fence: number
  workerId: string
  jobId: string
  tenantId: string
}

/** The attempt while it runs with this fence; undefined when it ended or never was. */
export async function findAttempt(tx: Tx, attemptId: string, fence: number): Promise<LiveAttempt | undefined> {
  const { rows } = await sql<LiveAttempt>`
    select attempt_id as "attemptId", fence, worker_id as "workerId", job_id as "jobId", tenant_id as "tenantId"
    from backlot.attempts where attempt_id = ${attemptId} and fence = ${fence} and state = 'running'
  `.execute(tx)
  return rows[0]
}
