import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Attempts at work on any step of the job. */
export async function countRunning(tx: Tx, jobId: string): Promise<number> {
  const { rows } = await sql<{ running: number }>`
    select coalesce(sum(running), 0) as running from backlot.farm_steps where job_id = ${jobId}
  `.execute(tx)
  return rows[0]?.running ?? 0
}
