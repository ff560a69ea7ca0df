import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** How a step is queued again. */
export interface Requeueing {
  kind: StepKind
  /** It waits for another step that is done again. */
  blocked: boolean
  /** The next lease begins the step anew. */
  restart: boolean
}

/** What failed or was cancelled, with all retries again. What is done stays. */
export async function requeueUnfinished(tx: Tx, jobId: string, { kind, blocked, restart }: Requeueing): Promise<void> {
  await sql`
    with step as (select step_id from backlot.farm_steps where job_id = ${jobId} and kind = ${kind}),
    again as (
      update backlot.tasks t set state = 'queued', failures = 0, losses = 0, frames_failed = 0
      from step where t.step_id = step.step_id and t.state = 'failed'
      returning 1
    )
    update backlot.farm_steps s set
      blocked = ${blocked}, cancelled = false, begun = s.begun and not ${restart},
      requeued = s.requeued + (select count(*) from again), failed = s.failed - (select count(*) from again),
      frames_failed = 0
    from step where s.step_id = step.step_id
  `.execute(tx)
}

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
      blocked = ${blocked}, cancelled = false, begun = s.begun and not ${restart},
      requeued = next_position, completed = 0, failed = 0, frames_completed = 0, frames_failed = 0, last_frame = null,
      last_thumbnail = null
    from step where s.step_id = step.step_id
  `.execute(tx)
}

/**
 * These frames, with the numbers of their tasks: a finished frame is forgotten, so that its task does just that one
 * again. Nothing of the step may be leased.
 */
export async function requeueFrames(
  tx: Tx,
  jobId: string,
  { kind, blocked, restart }: Requeueing,
  frames: readonly { frame: number; position: number }[],
): Promise<void> {
  await sql`
    with step as (select step_id from backlot.farm_steps where job_id = ${jobId} and kind = ${kind}),
    wanted as (select * from json_to_recordset(${JSON.stringify(frames)}::json) as x(frame integer, position integer)),
    forgotten as (
      delete from backlot.frames f using step, wanted w where f.step_id = step.step_id and f.frame = w.frame
      returning w.position
    ),
    again as (
      update backlot.tasks t set
        state = 'queued', failures = 0, losses = 0, frames_failed = 0,
        frames_done = t.frames_done - (select count(*) from forgotten f where f.position = t.position)
      from step
      where t.step_id = step.step_id and t.position in (select position from wanted)
      returning old.state, old.frames_failed
    )
    update backlot.farm_steps s set
      blocked = ${blocked}, cancelled = false, begun = s.begun and not ${restart},
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
