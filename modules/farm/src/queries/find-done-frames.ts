import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Which of these frames are finished. */
export async function findDoneFrames(
  tx: Tx,
  asked: readonly { stepId: string; frame: number }[],
): Promise<{ stepId: string; frame: number }[]> {
  const { rows } = await sql<{ stepId: string; frame: number }>`
    select f.step_id as "stepId", f.frame
    from json_to_recordset(${JSON.stringify(asked)}::json) as x("stepId" uuid, frame integer)
    join backlot.frames f on f.step_id = x."stepId" and f.frame = x.frame
  `.execute(tx)
  return rows
}
