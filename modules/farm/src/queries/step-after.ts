import type { StepKind } from '@backlot/contract/steps/registry'
import { sql } from 'kysely'

/** A step as a statement left it. */
export interface StepAfter {
  tenantId: string
  jobId: string
  stepId: string
  kind: StepKind
  /** Every task is done or has failed for good. */
  ended: boolean
  tasksMade: number
  running: number
  completed: number
  failed: number
  blocked: boolean
  cancelled: boolean
  /** A task was leased since it was queued (again). */
  begun: boolean
  /** Cancelled because too much of it failed. */
  givenUp: boolean
  /** Tasks of it that may fail for good; null: any number. */
  mostFailed: number | null
  /** Of an image in ranges of samples, as it is now; null before it was measured. */
  noise: number | null
  /** Good enough; null where all samples are wanted. */
  noiseThreshold: number | null
  framesCompleted: number
}

/** Behind the `returning` of an update of `backlot.farm_steps s`. */
export const stepAfter = sql`
  s.tenant_id as "tenantId", s.job_id as "jobId", s.step_id as "stepId", s.kind, s.ended, s.tasks_made as "tasksMade",
  s.running, s.completed, s.failed, s.blocked, s.cancelled, s.begun, s.given_up as "givenUp", s.most_failed as "mostFailed",
  s.noise, (s.parameters -> 'split' ->> 'noise')::float8 as "noiseThreshold", s.frames_completed as "framesCompleted"`
