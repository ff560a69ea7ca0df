import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface WorkerAtStep {
  workerId: string
  stepId: string
}

/** These workers may work on these steps, and their failures are counted anew. */
export async function forgetStrikes(tx: Tx, pairs: readonly WorkerAtStep[]): Promise<void> {
  await sql`
    delete from backlot.worker_strikes k
    using json_to_recordset(${JSON.stringify(pairs)}::json) as x("workerId" uuid, "stepId" uuid)
    where k.worker_id = x."workerId" and k.step_id = x."stepId"
  `.execute(tx)
}
