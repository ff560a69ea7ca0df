import type { Coalesce } from '@backlot/base/coalescer'
import type { Logger } from '@backlot/base/node/logger'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { TopicId, TopicPayload } from '@backlot/contract/hub-topics'
import type { Database } from '@backlot/db/database'
import type { Unit } from '@backlot/db/unit'
import type { Audience } from '@backlot/hub/broker'

export type Publish = <Id extends TopicId>(
  audience: Audience,
  topic: Id,
  params: Record<string, string>,
  payload: TopicPayload<Id>,
) => void

export interface StepOfJob {
  tenantId: string
  jobId: string
  kind: StepKind
}

export type StepOutcome =
  | { state: 'completed'; output: Record<string, unknown> }
  | { state: 'failed'; output: Record<string, unknown>; error: { code: string; message: string } }

export interface KeptOffWorker {
  workerId: string
  name: string
  /** In a row. */
  failures: number
  /** Of the last failure. */
  code: string
  message: string
}

/** What the farm tells the pipeline, in the transaction in which it happens and under the lock of the job. */
export interface Workflow {
  /** The first task of the step was leased. */
  stepBegan(unit: Unit, step: StepOfJob): Promise<void>
  /** Every task of the step is completed or has failed for good. */
  stepEnded(unit: Unit, step: StepOfJob, outcome: StepOutcome): Promise<void>
  /** Every attempt at the step was lost or given back: it waits for a worker again. */
  stepIdle(unit: Unit, step: StepOfJob): Promise<void>
  /** A worker that fails the step again and again gets no more tasks of it. */
  workerKeptOff(unit: Unit, step: StepOfJob, worker: KeptOffWorker): Promise<void>
  /** It gets them again, for nobody else is left who could do it. */
  workerNeeded(unit: Unit, step: StepOfJob, worker: { workerId: string; name: string }): Promise<void>
  /** A still got as clean as was asked for: no more of its samples are begun. */
  stillGoodEnough(unit: Unit, step: StepOfJob, still: { noise: number }): Promise<void>
  /** Too much of it failed: nothing more of it is begun. */
  stepGivenUp(unit: Unit, step: StepOfJob, counts: { failed: number; running: number }): Promise<void>
  /** An attempt gave no sign of life for too long and was ended. */
  attemptStalled(unit: Unit, step: StepOfJob, attempt: { worker: string; message: string }): Promise<void>
  /** The last attempt of a cancelled job let go. */
  jobLetGo(unit: Unit, job: { tenantId: string; jobId: string }): Promise<void>
  /** Numbers of the job changed (after the commit). */
  jobTouched(jobId: string): void
}

/** Identity owns tokens; the farm owns workers. Each of the first three throws `auth.worker_token_invalid`. */
export interface WorkerIdentity {
  /** `tenantId` null: the worker may serve every tenant. */
  exchangeJoinToken(joinToken: string): Promise<{ tenantId: string | null }>
  verifyCredential(credential: string): Promise<{ workerId: string }>
  issueWorkerCredential(workerId: string): Promise<string>
  /** Its credentials and access tokens end. */
  revokeWorker(workerId: string): Promise<void>
  issueAccessToken(workerId: string): Promise<{ token: string; expiresAt: string }>
}

export interface FarmPorts {
  database: Database
  log: Logger
  /** Every moment that the farm writes or compares comes from here. */
  clock: () => Date
  /** How touches of one thing become few looks at it. Default: by timers. */
  coalesce?: Coalesce
  publish: Publish
  identity: WorkerIdentity
  /** Which of these blobs the tenant's storage does not have. */
  missingBlobs(tenantId: string, hashes: readonly string[]): Promise<string[]>
  /** A function, because pipeline and farm each need the other. */
  workflow: () => Workflow
}
