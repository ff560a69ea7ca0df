import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Fate } from '../settle-task.ts'

export interface SettledAttempt extends Omit<Fate, 'error' | 'attempt' | 'task'> {
  attemptId: string
  attemptState: Fate['attempt']
  taskId: string
  taskState: Fate['task']
  stepId: string
  framesFailed: number
  code: string | null
  message: string | null
}

export interface StepAfter {
  tenantId: string
  jobId: string
  stepId: string
  kind: StepKind
  taskCount: number
  running: number
  completed: number
  failed: number
  blocked: boolean
  cancelled: boolean
}

/** Writes how attempts ended, what became of their tasks, and the counts of the steps, which it answers. */
export async function settleAttempts(tx: Tx, settled: readonly SettledAttempt[], now: Date): Promise<StepAfter[]> {
  const { rows } = await sql<StepAfter>`
    with fate as (
      select * from json_to_recordset(${JSON.stringify(settled)}::json) as x(
        "attemptId" uuid, "attemptState" text, "taskId" uuid, "taskState" text, "stepId" uuid, failures integer,
        losses integer, "framesFailed" integer, cause text, code text, message text
      )
    ),
    ended as (
      update backlot.attempts a
      set state = f."attemptState", ended_at = ${now}, cause = f.cause, error_code = f.code, error_message = f.message
      from fate f where a.attempt_id = f."attemptId"
    ),
    moved as (
      update backlot.tasks t
      set state = f."taskState", failures = f.failures, losses = f.losses, frames_failed = f."framesFailed"
      from fate f where t.task_id = f."taskId"
    )
    update backlot.farm_steps s set
      running = s.running - c.ended,
      requeued = s.requeued + c.queued,
      completed = s.completed + c.completed,
      failed = s.failed + c.failed,
      frames_failed = s.frames_failed + c.frames_failed
    from (
      select "stepId", count(*) as ended, count(*) filter (where "taskState" = 'queued') as queued,
        count(*) filter (where "taskState" = 'completed') as completed,
        count(*) filter (where "taskState" = 'failed') as failed, sum("framesFailed") as frames_failed
      from fate group by "stepId"
    ) c
    where s.step_id = c."stepId"
    returning s.tenant_id as "tenantId", s.job_id as "jobId", s.step_id as "stepId", s.kind,
      s.task_count as "taskCount", s.running, s.completed, s.failed, s.blocked, s.cancelled
  `.execute(tx)
  return rows
}
