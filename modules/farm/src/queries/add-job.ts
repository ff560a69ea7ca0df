import type { FrameOrder } from '@backlot/contract/frame-order'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Spans } from '../spans.ts'

export interface NewFarmJob {
  jobId: string
  tenantId: string
  projectId: string
  ownerId: string
  name: string
  treeId: string
  blender: string | null
  fileVersion: number
  maxRetries: number
}

export interface NewFarmStep {
  kind: StepKind
  ordinal: number
  parameters: Record<string, unknown>
  classId: number
  priority: number
  blocked: boolean
  spans: Spans
  frameOrder: FrameOrder
  chunk: number | null
  taskSeconds: number
  frameCount: number
  /** Places below it may be handed out. */
  openUntil: number
  pool: string | null
  licences: readonly string[]
  mostRunning: number | null
  mostFailed: number | null
}

/** Queues the work of a job. Answers the ids of the steps that may begin. */
export async function addJob(
  tx: Tx,
  { job, steps, now }: { job: NewFarmJob; steps: readonly NewFarmStep[]; now: Date },
): Promise<string[]> {
  const { rows } = await sql<{ stepId: string; blocked: boolean }>`
    with job as (
      insert into backlot.farm_jobs
        (job_id, tenant_id, owner_id, name, tree_id, blender, file_version, max_retries)
      values (${job.jobId}, ${job.tenantId}, ${job.ownerId}, ${job.name}, ${job.treeId}, ${job.blender},
        ${job.fileVersion}, ${job.maxRetries})
    ),
    head as (
      insert into backlot.log_heads (job_id, tenant_id, last_seq) values (${job.jobId}, ${job.tenantId}, 0)
    )
    insert into backlot.farm_steps (tenant_id, project_id, owner_id, job_id, kind, ordinal, parameters, class_id, priority, queued_at,
      spans, frame_order, chunk, task_seconds, frame_count, open_until, blocked, pool, licences, most_running, most_failed)
    select ${job.tenantId}, ${job.projectId}, ${job.ownerId}, ${job.jobId}, kind, ordinal, parameters, "classId", priority, ${now}, spans,
      "frameOrder", chunk, "taskSeconds", "frameCount", "openUntil", blocked, pool, licences, "mostRunning",
      "mostFailed"
    from json_to_recordset(${JSON.stringify(steps)}::json) as x(
      kind text, ordinal smallint, parameters jsonb, "classId" integer, priority smallint, spans jsonb,
      "frameOrder" text, chunk integer, "taskSeconds" real, "frameCount" integer, "openUntil" integer, blocked boolean,
      pool text, licences text[], "mostRunning" integer, "mostFailed" integer
    )
    returning step_id as "stepId", blocked
  `.execute(tx)
  return rows.filter(({ blocked }) => !blocked).map(({ stepId }) => stepId)
}
