import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface JobOfAttempt {
  attemptId: string
  jobId: string
}

/** The jobs whose locks a change to these attempts needs. */
export async function jobsOfAttempts(tx: Tx, attemptIds: readonly string[]): Promise<JobOfAttempt[]> {
  const { rows } = await sql<JobOfAttempt>`
    select attempt_id as "attemptId", job_id as "jobId" from backlot.attempts
    where attempt_id = any(${[...attemptIds]}::uuid[])
  `.execute(tx)
  return rows
}
