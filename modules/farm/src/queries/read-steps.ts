import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Requirement } from '../requirement.ts'
import type { Spans } from '../spans.ts'

export interface StepRow {
  stepId: string
  tenantId: string
  jobId: string
  kind: StepKind
  spans: Spans
  chunk: number
  frameCount: number
  taskCount: number
  nextPosition: number
  running: number
  completed: number
  failed: number
  blocked: boolean
  paused: boolean
  cancelled: boolean
  leasable: boolean
  classId: number
  priority: number
  queuedAt: Date
}

/** The steps of a job, in the order of the workflow. */
export async function readSteps(tx: Tx, jobId: string): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    select step_id as "stepId", tenant_id as "tenantId", job_id as "jobId", kind, spans, chunk,
      frame_count as "frameCount", task_count as "taskCount", next_position as "nextPosition", running, completed,
      failed, blocked, paused, cancelled, leasable, class_id as "classId", priority, queued_at as "queuedAt"
    from backlot.farm_steps where job_id = ${jobId} order by ordinal
  `.execute(tx)
  return rows
}

/** What the class asks for; for the background role. */
export async function readRequirement(tx: Tx, classId: number): Promise<Requirement> {
  const { rows } = await sql<{ requirement: Requirement }>`
    select requirement from backlot.requirement_classes where class_id = ${classId}
  `.execute(tx)
  return (rows[0] as { requirement: Requirement }).requirement
}

/** Tasks that are leased before this step's, as far as they compete for the same class of workers. */
export async function countTasksAhead(tx: Tx, step: StepRow): Promise<number> {
  const { rows } = await sql<{ ahead: number }>`
    select coalesce(sum(requeued + task_count - next_position), 0) as ahead from backlot.farm_steps
    where leasable and class_id = ${step.classId} and (
      priority > ${step.priority}
      or priority = ${step.priority} and (queued_at, step_id) < (${step.queuedAt}, ${step.stepId})
    )
  `.execute(tx)
  return rows[0]?.ahead ?? 0
}
