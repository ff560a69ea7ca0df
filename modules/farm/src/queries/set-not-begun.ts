import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** The step waits for its first lease again: the next one begins it. */
export async function setNotBegun(tx: Tx, stepId: string): Promise<void> {
  await sql`update backlot.farm_steps set begun = false where step_id = ${stepId}`.execute(tx)
}
