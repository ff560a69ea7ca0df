import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Frames that waited for a person's approval may be handed out. Answers the ids of their steps. */
export async function openSteps(tx: Tx, jobId: string): Promise<string[]> {
  const { rows } = await sql<{ stepId: string }>`
    update backlot.farm_steps set open_until = frame_count where job_id = ${jobId} and open_until < frame_count
    returning step_id as "stepId"
  `.execute(tx)
  return rows.map(({ stepId }) => stepId)
}
