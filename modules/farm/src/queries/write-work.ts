import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { recentFrames } from '../eta.ts'
import type { WorkRows } from '../work-change.ts'
import { type StepAfter, stepAfter } from './step-after.ts'

/**
 * Writes what became of attempts and their tasks, and the frames that are new, each row once; adds up the counts of the
 * steps, which it answers. What is written was decided under the lock of the jobs.
 */
export async function writeWork(tx: Tx, { attempts, frames, steps }: WorkRows, now: Date): Promise<StepAfter[]> {
  const { rows } = await sql<StepAfter>`
    with attempt as (
      select * from json_to_recordset(${JSON.stringify(attempts)}::json) as x(
        "attemptId" uuid, "attemptState" text, "attemptFramesDone" integer, cause text, code text, message text,
        "taskId" uuid, "taskState" text, failures integer, losses integer, "framesDone" integer, "framesFailed" integer
      )
    ),
    ended as (
      update backlot.attempts a
      set state = x."attemptState", frames_done = x."attemptFramesDone", cause = x.cause, error_code = x.code,
        error_message = x.message, ended_at = case when x."attemptState" <> 'running' then ${now}::timestamptz end
      from attempt x where a.attempt_id = x."attemptId"
    ),
    moved as (
      update backlot.tasks t
      set state = x."taskState", failures = x.failures, losses = x.losses, frames_done = x."framesDone",
        frames_failed = x."framesFailed"
      from attempt x where t.task_id = x."taskId"
    ),
    delivered as (
      insert into backlot.frames (step_id, frame, tenant_id, job_id, attempt_id, worker_name, name, sha256, size,
        thumbnail, render_seconds, blender, engine, device, samples, colour, warnings, done_at, settings_hash)
      select "stepId", frame, "tenantId", "jobId", "attemptId", "workerName", name, sha256, size, thumbnail,
        "renderSeconds", blender, engine, device, samples, nullif(colour, 'null'::jsonb),
        array(select jsonb_array_elements_text(warnings)), ${now},
        (select md5(s.parameters::text) from backlot.farm_steps s where s.step_id = x."stepId")
      from json_to_recordset(${JSON.stringify(frames)}::json) as x(
        "stepId" uuid, frame integer, "tenantId" uuid, "jobId" uuid, "attemptId" uuid, "workerName" text, name text,
        sha256 text, size bigint, thumbnail text, "renderSeconds" real, blender text, engine text, device text,
        samples integer, colour jsonb, warnings jsonb
      )
    )
    update backlot.farm_steps s set
      running = s.running - x.ended,
      requeued = s.requeued + x.queued,
      completed = s.completed + x.completed,
      failed = s.failed + x.failed,
      frames_failed = s.frames_failed + x."framesFailed",
      frames_completed = s.frames_completed + x.frames,
      last_frame = coalesce(x."lastFrame", s.last_frame),
      last_thumbnail = case
        when x."lastFrame" is null then s.last_thumbnail
        -- Not every range of samples is looked at; a frame has a picture of its own or none.
        else coalesce(x."lastThumbnail", case when s.kind = 'render_samples' then s.last_thumbnail end)
      end,
      recent_seconds = case when x.frames = 0 then s.recent_seconds else (s.recent_seconds || x.seconds)[
        greatest(1, cardinality(s.recent_seconds) + cardinality(x.seconds) - ${recentFrames - 1}::integer):
      ] end,
      -- A worker sees its own part of the samples only: noise falls with the square root of their number.
      noise = case when x.noise is null then s.noise else x.noise * sqrt(x."noiseSamples" / greatest(
        x."noiseSamples", x.samples + (select coalesce(sum(f.samples), 0) from backlot.frames f where f.step_id = s.step_id)
      )) end
    from json_to_recordset(${JSON.stringify(steps)}::json) as x(
      "stepId" uuid, ended integer, queued integer, completed integer, failed integer, "framesFailed" integer,
      frames integer, "lastFrame" integer, "lastThumbnail" text, seconds real[], noise float8, "noiseSamples" float8,
      samples float8
    )
    where s.step_id = x."stepId"
    returning ${stepAfter}
  `.execute(tx)
  return rows
}
