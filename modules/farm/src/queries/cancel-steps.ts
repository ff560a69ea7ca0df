import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/**
 * Nothing of these steps (all of the job when undefined) is begun any more: one flag instead of a row per task.
 * Steps whose tasks are all done keep what they are.
 */
export async function cancelSteps(tx: Tx, jobId: string, kinds?: readonly StepKind[]): Promise<void> {
  const which = kinds === undefined ? sql`` : sql`and kind = any(${[...kinds]})`
  await sql`
    update backlot.farm_steps set cancelled = true, given_up = false
    where job_id = ${jobId} and not ended ${which}
  `.execute(tx)
}
