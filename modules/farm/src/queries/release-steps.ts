import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Steps that have waited long enough may be leased again. Answers them. */
export async function releaseSteps(tx: Tx, now: Date): Promise<string[]> {
  const { rows } = await sql<{ stepId: string }>`
    update backlot.farm_steps set not_before = null where not_before <= ${now} returning step_id as "stepId"
  `.execute(tx)
  return rows.map(({ stepId }) => stepId)
}
