import type { JobOutput } from '@backlot/contract/schemas/jobs'
import { frameSteps } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Finished files of a job: frames in order, then what was made of them. */
export async function listOutputs(tx: Tx, jobId: string): Promise<JobOutput[]> {
  const { rows } = await sql<JobOutput>`
    select 'frame' as kind, f.name, f.frame, f.sha256, f.size
    from backlot.farm_steps s join backlot.frames f using (step_id) where s.job_id = ${jobId} and s.kind = any(${[...frameSteps]}::text[])
    union all
    select kind, name, null, sha256, size from backlot.outputs where job_id = ${jobId}
    order by frame nulls last, name
  `.execute(tx)
  return rows
}
