import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** What these steps waited for is done. Answers their ids. */
export async function unblockSteps(tx: Tx, jobId: string, kinds: readonly StepKind[]): Promise<string[]> {
  const { rows } = await sql<{ stepId: string }>`
    update backlot.farm_steps set blocked = false where job_id = ${jobId} and kind = any(${[...kinds]})
    returning step_id as "stepId"
  `.execute(tx)
  return rows.map(({ stepId }) => stepId)
}
