import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Of these steps nothing is leased until then. */
export async function holdSteps(tx: Tx, waits: readonly { stepId: string; until: Date }[]): Promise<void> {
  await sql`
    update backlot.farm_steps s set not_before = x.until
    from (
      select "stepId" as step_id, max(until) as until
      from json_to_recordset(${JSON.stringify(waits)}::json) as x("stepId" uuid, until timestamptz) group by "stepId"
    ) x
    where s.step_id = x.step_id
  `.execute(tx)
}
