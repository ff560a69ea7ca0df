import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Deletes a job with its events and its work. */
export async function deleteJob(tx: Tx, jobId: string): Promise<void> {
  await sql`delete from backlot.jobs where job_id = ${jobId}`.execute(tx)
}
