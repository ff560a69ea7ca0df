import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Why the first task of a step failed for good: the error of its last failed attempt. */
export async function readStepError(tx: Tx, stepId: string): Promise<{ code: string; message: string } | undefined> {
  const { rows } = await sql<{ code: string; message: string }>`
    select a.error_code as code, a.error_message as message
    from backlot.tasks t join backlot.attempts a using (task_id)
    where t.step_id = ${stepId} and t.state = 'failed' and a.error_code is not null
    order by t.first_place, a.attempt_id desc limit 1
  `.execute(tx)
  return rows[0]
}
