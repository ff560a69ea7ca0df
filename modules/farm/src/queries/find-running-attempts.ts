import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Who works on a job. */
export async function findRunningAttempts(tx: Tx, jobId: string): Promise<{ attemptId: string; workerId: string }[]> {
  const { rows } = await sql<{ attemptId: string; workerId: string }>`
    select attempt_id as "attemptId", worker_id as "workerId" from backlot.attempts
    where job_id = ${jobId} and state = 'running'
  `.execute(tx)
  return rows
}
