import type { StepKind } from '@backlot/contract/steps/registry'
import type { Split } from '@backlot/contract/steps/sample-settings'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** The counts of one step. */
export interface StepCounts {
  stepId: string
  jobId: string
  kind: StepKind
  requeued: number
  /** Null: as long as the frame times say. */
  chunk: number | null
  taskSeconds: number
  /** Frames (1 for a step without) that are in no task yet. */
  placesLeft: number
  /** All that may be handed out is, and the rest waits for a person. */
  isHeldBack: boolean
  running: number
  completed: number
  failed: number
  cancelled: boolean
  frameCount: number
  framesCompleted: number
  framesFailed: number
  lastFrame: number | null
  lastThumbnail: string | null
  recentSeconds: number[]
  /** Of ranges of samples. */
  split: Split | null
  noise: number | null
}

/** The counts of these jobs' steps, in the order of the workflow. */
export async function readProgress(tx: Tx, jobIds: readonly string[]): Promise<StepCounts[]> {
  const { rows } = await sql<StepCounts>`
    select step_id as "stepId", job_id as "jobId", kind, requeued, chunk, task_seconds as "taskSeconds",
      greatest(frame_count, 1) - next_place as "placesLeft",
      next_place = open_until and open_until < frame_count as "isHeldBack", running, completed, failed, cancelled,
      frame_count as "frameCount", frames_completed as "framesCompleted", frames_failed as "framesFailed",
      last_frame as "lastFrame", last_thumbnail as "lastThumbnail", recent_seconds as "recentSeconds", noise,
      parameters -> 'split' as split
    from backlot.farm_steps where job_id = any(${[...jobIds]}::uuid[]) order by job_id, ordinal
  `.execute(tx)
  return rows
}
