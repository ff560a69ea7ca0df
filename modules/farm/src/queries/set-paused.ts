import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Holds back what is not leased yet, or lets it go. Answers the ids of the job's steps. */
export async function setPaused(tx: Tx, jobId: string, paused: boolean): Promise<string[]> {
  const { rows } = await sql<{ stepId: string }>`
    update backlot.farm_steps set paused = ${paused} where job_id = ${jobId} returning step_id as "stepId"
  `.execute(tx)
  return rows.map(({ stepId }) => stepId)
}
