import type { FrameOrder } from '@backlot/contract/frame-order'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Grant } from '../allocate.ts'
import { scouts } from '../frame-order.ts'
import { mostFrames } from '../limits.ts'
import type { Spans } from '../spans.ts'

export interface TakenTask {
  attemptId: string
  fence: number
  workerId: string
  tenantId: string
  projectId: string
  ownerId: string
  jobId: string
  jobName: string
  treeId: string
  blender: string | null
  fileVersion: number
  stepId: string
  kind: StepKind
  parameters: Record<string, unknown>
  spans: Spans
  frameOrder: FrameOrder
  frameCount: number
  /** It is the first lease of the step since it was queued. */
  begins: boolean
  taskId: string
  firstPlace: number
  length: number
  framesDone: number
  /** The slowest of the step's latest frames; null before there are three. Seconds. */
  slowest: number | null
}

/**
 * Leases tasks as granted, as far as the steps still have them: those that were given back first, then new ones from
 * `next_place` on. The jobs must be locked, and the statement must be the first after the lock: it reads afresh.
 *
 * A new task is as long as the person said (`chunk`), else as many frames as take `task_seconds` by the latest times,
 * and one while there are none. Towards the end tasks get shorter: of what is left nobody takes more than his half,
 * so that the last frames don't wait for one worker with many. Scouts go one by one.
 */
export async function takeTasks(
  tx: Tx,
  { grants, now, expiresAt }: { grants: readonly Grant[]; now: Date; expiresAt: Date },
): Promise<TakenTask[]> {
  const { rows } = await sql<TakenTask>`
    with wish as (
      select x."stepId" as step_id, x."workerId" as worker_id, row_number() over (partition by x."stepId") as n
      from json_to_recordset(${JSON.stringify(grants.map(({ workerId, step }) => ({ workerId, stepId: step.stepId })))}::json) as x("stepId" uuid, "workerId" uuid)
    ),
    open as (
      select s.*, w.wanted, case
          when s.frame_order = 'scout' and s.next_place < ${scouts} then 1
          when s.chunk is not null then s.chunk
          else greatest(1, least(
            ${mostFrames}::integer,
            floor(s.task_seconds / (select avg(greatest(t, 0.001)) from unnest(s.recent_seconds) t)),
            (s.open_until - s.next_place) / (2 * (s.running + w.wanted)),
            case when cardinality(s.recent_seconds) = 0 then 1 end
          ))::integer
        end as size
      from backlot.farm_steps s join (select step_id, count(*) as wanted from wish group by step_id) w using (step_id)
      where s.leasable
    ),
    again as (
      select t.task_id, t.step_id, row_number() over (partition by t.step_id order by t.first_place) as n
      from open o cross join lateral (
        select task_id, step_id, first_place from backlot.tasks
        where step_id = o.step_id and waiting order by first_place limit o.wanted
      ) t
    ),
    retried as (
      update backlot.tasks t set state = 'leased', fence = t.fence + 1
      from again a where t.task_id = a.task_id
      returning t.task_id, t.step_id, t.first_place, t.length, t.fence, t.frames_done, a.n
    ),
    behind as (
      select o.step_id, o.wanted - (select count(*) from again a where a.step_id = o.step_id) as wanted from open o
    ),
    fresh as (
      insert into backlot.tasks (tenant_id, job_id, step_id, first_place, length, state, fence)
      select o.tenant_id, o.job_id, o.step_id, place, least(o.size, o.open_until - place), 'leased', 1
      from open o join behind b using (step_id)
      cross join generate_series(
        o.next_place, least(o.open_until, o.next_place + b.wanted * o.size)::integer - 1, o.size
      ) place
      returning task_id, step_id, first_place, length, fence
    ),
    taken as (
      select task_id, step_id, first_place, length, fence, frames_done, n from retried
      union all
      select f.task_id, f.step_id, f.first_place, f.length, f.fence, 0,
        o.wanted - b.wanted + (f.first_place - o.next_place) / o.size + 1
      from fresh f join open o using (step_id) join behind b using (step_id)
    ),
    leased as (
      insert into backlot.attempts
        (tenant_id, job_id, step_id, task_id, worker_id, worker_name, fence, state, leased_at, expires_at,
         hourly_rate)
      select o.tenant_id, o.job_id, o.step_id, t.task_id, w.worker_id, worker.name, t.fence, 'running', ${now},
        ${expiresAt}, worker.hourly_rate
      from taken t
      join wish w using (step_id, n) join open o using (step_id) join backlot.workers worker using (worker_id)
      returning attempt_id, task_id, step_id, worker_id, fence
    ),
    counted as (
      update backlot.farm_steps s set
        begun = true,
        tasks_made = s.tasks_made + c.fresh,
        next_place = s.next_place + c.places,
        requeued = s.requeued - c.retried,
        running = s.running + c.fresh + c.retried
      from (
        select o.step_id, (select count(*) from fresh f where f.step_id = o.step_id) as fresh,
          (select coalesce(sum(length), 0) from fresh f where f.step_id = o.step_id) as places,
          (select count(*) from retried r where r.step_id = o.step_id) as retried
        from open o
      ) c
      where s.step_id = c.step_id
    )
    select l.attempt_id as "attemptId", l.fence, l.worker_id as "workerId", o.tenant_id as "tenantId",
      o.project_id as "projectId", o.owner_id as "ownerId", o.job_id as "jobId", j.name as "jobName", j.tree_id as "treeId", j.blender,
      j.file_version as "fileVersion", o.step_id as "stepId", o.kind, o.parameters, o.spans,
      o.frame_order as "frameOrder", o.frame_count as "frameCount", not o.begun as begins, t.task_id as "taskId",
      t.first_place as "firstPlace", t.length, t.frames_done as "framesDone",
      case when cardinality(o.recent_seconds) >= 3 then (select max(t) from unnest(o.recent_seconds) t) end as slowest
    from leased l
    join taken t using (task_id) join open o on o.step_id = l.step_id join backlot.farm_jobs j on j.job_id = o.job_id
    order by t.first_place
  `.execute(tx)
  return rows
}
