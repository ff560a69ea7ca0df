import type { AttemptState } from '@backlot/contract/states'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface TimelineRow {
  attemptId: string
  stepId: string
  firstPlace: number
  length: number
  worker: string
  state: AttemptState
  startedAt: Date
  endedAt: Date | null
  framesDone: number
  code: string | null
  message: string | null
}

/** Attempts at a job's tasks behind this one, oldest first: their ids are in the order of their making. */
export async function listTimeline(
  tx: Tx,
  { jobId, after, limit }: { jobId: string; after: string | undefined; limit: number },
): Promise<TimelineRow[]> {
  const { rows } = await sql<TimelineRow>`
    select a.attempt_id as "attemptId", a.step_id as "stepId", t.first_place as "firstPlace", t.length,
      a.worker_name as worker, a.state, a.leased_at as "startedAt", a.ended_at as "endedAt",
      a.frames_done as "framesDone", a.error_code as code, a.error_message as message
    from backlot.tasks t join backlot.attempts a using (task_id)
    where t.step_id in (select step_id from backlot.farm_steps where job_id = ${jobId})
      and (${after ?? null}::uuid is null or a.attempt_id > ${after ?? null}::uuid)
    order by a.attempt_id limit ${limit}
  `.execute(tx)
  return rows
}
