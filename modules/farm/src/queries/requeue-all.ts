import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Requeueing } from './requeue-unfinished.ts'

/** Everything, from nothing: finished frames and outputs are forgotten. Nothing of the step may be leased. */
export async function requeueAll(tx: Tx, jobId: string, { kind, blocked, restart }: Requeueing): Promise<void> {
  await sql`
    with step as (select step_id from backlot.farm_steps where job_id = ${jobId} and kind = ${kind}),
    no_frames as (delete from backlot.frames f using step where f.step_id = step.step_id),
    no_output as (delete from backlot.outputs o using step where o.step_id = step.step_id),
    again as (
      update backlot.tasks t set state = 'queued', failures = 0, losses = 0, frames_failed = 0, frames_done = 0
      from step where t.step_id = step.step_id
    )
    update backlot.farm_steps s set
      blocked = ${blocked}, cancelled = false, given_up = false, begun = s.begun and not ${restart},
      requeued = tasks_made, completed = 0, failed = 0, frames_completed = 0, frames_failed = 0, last_frame = null,
      last_thumbnail = null
    from step where s.step_id = step.step_id
  `.execute(tx)
}
