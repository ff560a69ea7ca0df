import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** The jobs whose locks a change to these attempts needs. */
export async function jobsOfAttempts(tx: Tx, attemptIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ jobId: string }>`
    select distinct job_id as "jobId" from backlot.attempts where attempt_id = any(${[...attemptIds]}::uuid[])
  `.execute(tx)
  return rows.map(({ jobId }) => jobId)
}
