import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Requeueing } from './requeue-unfinished.ts'

/**
 * These frames, with their places: a finished frame is forgotten, so that its task does just that one again. Nothing of
 * the step may be leased.
 */
export async function requeueFrames(
  tx: Tx,
  jobId: string,
  { kind, blocked, restart }: Requeueing,
  frames: readonly { frame: number; place: number }[],
): Promise<void> {
  await sql`
    with step as (select step_id from backlot.farm_steps where job_id = ${jobId} and kind = ${kind}),
    wanted as (
      select x.frame, t.task_id
      from json_to_recordset(${JSON.stringify(frames)}::json) as x(frame integer, place integer)
      cross join step
      cross join lateral (
        select task_id, first_place + length as until from backlot.tasks
        where step_id = step.step_id and first_place <= x.place order by first_place desc limit 1
      ) t
      where x.place < t.until
    ),
    forgotten as (
      delete from backlot.frames f using step, wanted w where f.step_id = step.step_id and f.frame = w.frame
      returning w.task_id
    ),
    again as (
      update backlot.tasks t set
        state = 'queued', failures = 0, losses = 0, frames_failed = 0,
        frames_done = t.frames_done - (select count(*) from forgotten f where f.task_id = t.task_id)
      where t.task_id in (select task_id from wanted)
      returning old.state, old.frames_failed
    )
    update backlot.farm_steps s set
      blocked = ${blocked}, cancelled = false, given_up = false, begun = s.begun and not ${restart},
      requeued = s.requeued + c.completed + c.failed, completed = s.completed - c.completed, failed = s.failed - c.failed,
      frames_completed = s.frames_completed - (select count(*) from forgotten),
      frames_failed = s.frames_failed - c.frames_failed
    from step, (
      select count(*) filter (where state = 'completed') as completed, count(*) filter (where state = 'failed') as failed,
        coalesce(sum(frames_failed), 0) as frames_failed
      from again
    ) c
    where s.step_id = step.step_id
  `.execute(tx)
}
