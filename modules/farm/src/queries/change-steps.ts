import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Changes all steps of a job; what is undefined stays. Answers their ids. */
export async function changeSteps(
  tx: Tx,
  jobId: string,
  { priority, mostRunning }: { priority?: number | undefined; mostRunning?: number | null | undefined },
): Promise<string[]> {
  const { rows } = await sql<{ stepId: string }>`
    update backlot.farm_steps set
      priority = coalesce(${priority ?? null}::smallint, priority),
      most_running = case when ${mostRunning === undefined} then most_running else ${mostRunning ?? null}::integer end
    where job_id = ${jobId}
    returning step_id as "stepId"
  `.execute(tx)
  return rows.map(({ stepId }) => stepId)
}
