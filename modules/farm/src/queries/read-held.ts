import type { FrameOrder } from '@backlot/contract/frame-order'
import type { AttemptState } from '@backlot/contract/states'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Spans } from '../spans.ts'

/** An attempt with all that decides what may happen to it. */
export interface HeldAttempt {
  attemptId: string
  workerId: string
  workerName: string
  fence: number
  state: AttemptState
  expiresAt: Date
  attemptFramesDone: number
  tenantId: string
  ownerId: string
  jobId: string
  maxRetries: number
  stepId: string
  kind: StepKind
  spans: Spans
  frameOrder: FrameOrder
  frameCount: number
  cancelled: boolean
  taskId: string
  firstPlace: number
  length: number
  framesDone: number
  failures: number
  losses: number
  /** Failed attempts at the task before this one, once it was charged for any. */
  earlier: { workerId: string; code: string | null }[]
  hasOutput: boolean
  /** The worker has failed at the step before. */
  hasStrikes: boolean
}

/** Reads attempts, which are locked, as their jobs are: task and step stand still too. */
export async function readHeld(tx: Tx, attemptIds: readonly string[]): Promise<HeldAttempt[]> {
  const { rows } = await sql<HeldAttempt>`
    select a.attempt_id as "attemptId", a.worker_id as "workerId", a.worker_name as "workerName", a.fence, a.state,
      a.expires_at as "expiresAt", a.frames_done as "attemptFramesDone", a.tenant_id as "tenantId",
      j.owner_id as "ownerId", a.job_id as "jobId", j.max_retries as "maxRetries", a.step_id as "stepId", s.kind,
      s.spans, s.frame_order as "frameOrder", s.frame_count as "frameCount", s.cancelled, t.task_id as "taskId",
      t.first_place as "firstPlace", t.length, t.frames_done as "framesDone", t.failures,
      t.losses, case when t.failures = 0 then '[]'::jsonb else (
        select coalesce(jsonb_agg(jsonb_build_object('workerId', p.worker_id, 'code', p.error_code)), '[]')
        from backlot.attempts p where p.task_id = t.task_id and p.state = 'failed'
      ) end as earlier, exists (select from backlot.outputs o where o.step_id = a.step_id) as "hasOutput",
      exists (select from backlot.worker_strikes k where k.worker_id = a.worker_id and k.step_id = a.step_id)
        as "hasStrikes"
    from backlot.attempts a
    join backlot.tasks t using (task_id)
    join backlot.farm_steps s on s.step_id = a.step_id
    join backlot.farm_jobs j on j.job_id = a.job_id
    where a.attempt_id = any(${[...attemptIds]}::uuid[])
  `.execute(tx)
  return rows
}
