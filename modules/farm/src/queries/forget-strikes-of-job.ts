import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Every worker may work on the job again. */
export async function forgetStrikesOfJob(tx: Tx, jobId: string): Promise<void> {
  await sql`delete from backlot.worker_strikes where job_id = ${jobId}`.execute(tx)
}
