import type { FinishedFrame } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { recentFrames } from '../eta.ts'

export interface AddedFrame extends FinishedFrame {
  tenantId: string
  jobId: string
  stepId: string
  taskId: string
  workerName: string
}

/** Counts finished frames, each once: a frame that is there already changes nothing. Answers those that are new. */
export async function addFrames(
  tx: Tx,
  frames: readonly AddedFrame[],
  now: Date,
): Promise<{ stepId: string; frame: number }[]> {
  const { rows } = await sql<{ stepId: string; frame: number }>`
    with given as (
      select distinct on ("stepId", frame) *
      from json_to_recordset(${JSON.stringify(frames)}::json) as x(
        "stepId" uuid, frame integer, "tenantId" uuid, "jobId" uuid, "taskId" uuid, "attemptId" uuid,
        "workerName" text, name text, sha256 text, size bigint, thumbnail text, "renderSeconds" real, blender text,
        engine text, device text, samples integer, colour jsonb, warnings jsonb
      )
      order by "stepId", frame
    ),
    added as (
      insert into backlot.frames (step_id, frame, tenant_id, job_id, attempt_id, worker_name, name, sha256, size,
        thumbnail, render_seconds, blender, engine, device, samples, colour, warnings, done_at)
      select "stepId", frame, "tenantId", "jobId", "attemptId", "workerName", name, sha256, size, thumbnail,
        "renderSeconds", blender, engine, device, samples, nullif(colour, 'null'::jsonb),
        array(select jsonb_array_elements_text(warnings)), ${now}
      from given
      on conflict do nothing
      returning step_id, frame, attempt_id, render_seconds, thumbnail
    ),
    of_tasks as (
      update backlot.tasks t set frames_done = t.frames_done + c.count
      from (
        select g."taskId", count(*) from added a join given g on g."stepId" = a.step_id and g.frame = a.frame group by 1
      ) c
      where t.task_id = c."taskId"
    ),
    of_attempts as (
      update backlot.attempts t set frames_done = t.frames_done + c.count
      from (select attempt_id, count(*) from added group by 1) c
      where t.attempt_id = c.attempt_id
    ),
    of_steps as (
      update backlot.farm_steps s set
        frames_completed = s.frames_completed + c.count,
        last_frame = c.frames[1],
        last_thumbnail = c.thumbnails[1],
        recent_seconds = (s.recent_seconds || c.seconds)[
          greatest(1, cardinality(s.recent_seconds) + c.count - ${recentFrames - 1}::integer):
        ]
      from (
        select step_id, count(*)::integer as count, array_agg(frame order by frame desc) as frames,
          array_agg(thumbnail order by frame desc) as thumbnails, array_agg(render_seconds) as seconds
        from added group by step_id
      ) c
      where s.step_id = c.step_id
    )
    select step_id as "stepId", frame from added
  `.execute(tx)
  return rows
}
