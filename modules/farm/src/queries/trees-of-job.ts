import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Trees that the tasks of a job lay out. */
export async function treesOfJob(tx: Tx, jobId: string): Promise<string[]> {
  const { rows } = await sql<{ treeId: string }>`
    select tree_id as "treeId" from backlot.farm_jobs where job_id = ${jobId}::uuid
  `.execute(tx)
  return rows.map((row) => row.treeId)
}
