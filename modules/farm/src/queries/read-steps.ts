import type { FrameOrder } from '@backlot/contract/frame-order'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Spans } from '../spans.ts'

export interface StepRow {
  stepId: string
  tenantId: string
  projectId: string
  ownerId: string
  jobId: string
  kind: StepKind
  parameters: Record<string, unknown>
  pool: string | null
  licences: readonly string[]
  mostRunning: number | null
  spans: Spans
  frameOrder: FrameOrder
  /** Null: as long as the frame times say. */
  chunk: number | null
  frameCount: number
  nextPlace: number
  openUntil: number
  requeued: number
  running: number
  completed: number
  failed: number
  blocked: boolean
  paused: boolean
  cancelled: boolean
  leasable: boolean
  /** It waits until then, as for a licence. */
  notBefore: Date | null
  classId: number
  priority: number
  queuedAt: Date
}

/** The steps of a job, in the order of the workflow. */
export async function readSteps(tx: Tx, jobId: string): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    select step_id as "stepId", tenant_id as "tenantId", project_id as "projectId",
      owner_id as "ownerId", job_id as "jobId", kind, parameters, pool, licences,
      most_running as "mostRunning", spans, frame_order as "frameOrder", chunk,
      frame_count as "frameCount", next_place as "nextPlace", open_until as "openUntil", requeued, running, completed,
      failed, blocked, paused, cancelled, leasable, not_before as "notBefore", class_id as "classId", priority, queued_at as "queuedAt"
    from backlot.farm_steps where job_id = ${jobId} order by ordinal
  `.execute(tx)
  return rows
}
