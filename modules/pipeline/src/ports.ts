import type { Readable } from 'node:stream'
import type { Coalesce } from '@backlot/base/coalescer'
import type { Logger } from '@backlot/base/node/logger'
import type { FrameOrder } from '@backlot/contract/frame-order'
import type { FrameSpan } from '@backlot/contract/frames'
import type { TopicId, TopicPayload } from '@backlot/contract/hub-topics'
import type {
  FrameInfo,
  JobCost,
  JobOutput,
  JobSummary,
  LogLine,
  TaskInfo,
  TimelineEntry,
  WhyNotRunning,
} from '@backlot/contract/schemas/jobs'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { Database } from '@backlot/db/database'
import type { Tx } from '@backlot/db/tx'
import type { Unit } from '@backlot/db/unit'
import type { Audience } from '@backlot/hub/broker'
import type { RawBuilder } from 'kysely'

export type Publish = <Id extends TopicId>(
  audience: Audience,
  topic: Id,
  params: Record<string, string>,
  payload: TopicPayload<Id>,
) => void

/** A step that workers do. */
export interface PlannedStep {
  kind: StepKind
  parameters: Record<string, unknown>
  priority: number
  /** It waits for another step. */
  blocked: boolean
  /** Null: a step with one task and no frames. */
  frames: {
    spans: readonly FrameSpan[]
    order: FrameOrder
    /** Frames of one task; null: as many as take `taskSeconds`. */
    chunk: number | null
    taskSeconds: number
    /** Only the scouts go until a person has approved. */
    waitForApproval: boolean
  } | null
  requirement: {
    blender: string | null
    fileVersion: number
    tags: readonly string[]
    anyTags: readonly string[]
    notTags: readonly string[]
    /** Bytes. */
    memoryBytes: number
    gpu: boolean
  }
  limits: { pool: string | null; licences: readonly string[]; mostRunning: number | null }
  /** It is given up once more of its tasks have failed for good; absent: never. */
  mostFailed?: number
}

export interface PlannedJob {
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

/** `mostRunning` null: no limit of its own. */
export interface JobChange {
  priority?: number | undefined
  mostRunning?: number | null | undefined
}

export type RequeueWhat = 'unfinished' | 'all' | { frames: readonly number[] }

export interface Page<Item> {
  items: Item[]
  next?: string
}
export interface PageQuery {
  cursor?: string | undefined
  limit: number
}

/** `from`: begin at this frame number when there is no cursor. */
export interface FrameQuery extends PageQuery {
  from?: number | undefined
}
/** Lines behind number `after`, or the last ones before number `before`. */
export interface LogQuery {
  jobId: string
  after: number
  before?: number | undefined
  limit: number
}

/** What does the work. `Prepared` is the farm's own: a step that it looked up before the transaction. */
export interface FarmPort<Prepared = unknown> {
  prepareSteps(steps: readonly PlannedStep[]): Promise<Prepared[]>
  registerJob(unit: Unit, job: PlannedJob, steps: readonly Prepared[]): Promise<void>
  /** Held until the transaction ends; before anything of the job is changed. */
  lockJob(unit: Unit, jobId: string): Promise<void>
  pauseJob(unit: Unit, jobId: string): Promise<void>
  resumeJob(unit: Unit, jobId: string): Promise<void>
  /** Answers whether frames waited for it. */
  approveJob(unit: Unit, jobId: string): Promise<boolean>
  /** No more samples of a still than are handed out. Answers whether there were more to render. */
  finishStill(unit: Unit, jobId: string): Promise<boolean>
  /** So many samples. Answers how many it had. */
  continueStill(unit: Unit, jobId: string, samples: number): Promise<number>
  /** Of all of its steps; what is undefined stays. */
  changeJob(unit: Unit, jobId: string, change: JobChange): Promise<void>
  /** Answers how many attempts still have to let go. */
  cancelJob(unit: Unit, jobId: string): Promise<{ running: number }>
  skipSteps(unit: Unit, jobId: string, kinds: readonly StepKind[]): Promise<void>
  unblockSteps(unit: Unit, jobId: string, kinds: readonly StepKind[]): Promise<void>
  requeueSteps(
    unit: Unit,
    jobId: string,
    steps: readonly { kind: StepKind; what: RequeueWhat; blocked: boolean; restart: boolean }[],
  ): Promise<void>
  progressOf(
    tx: Tx,
    jobIds: readonly string[],
  ): Promise<
    Map<string, Pick<JobSummary, 'frames' | 'tasks' | 'samples' | 'awaitsApproval' | 'lastFrame' | 'thumbnail' | 'eta'>>
  >
  /** How much of a job's frames is done, 0 to 1, as part of a statement: a list can be ordered by it. */
  shareDone(jobId: RawBuilder<string>): RawBuilder<number>
  listFrames(tx: Tx, jobId: string, query: FrameQuery): Promise<Page<FrameInfo>>
  listOutputs(tx: Tx, jobId: string): Promise<JobOutput[]>
  listTasks(tx: Tx, jobId: string, query: PageQuery): Promise<Page<TaskInfo>>
  listTimeline(tx: Tx, jobId: string, query: PageQuery): Promise<Page<TimelineEntry>>
  costOf(
    tx: Tx,
    job: { jobId: string; progress: Pick<JobSummary, 'frames' | 'samples'>; isEnded: boolean; now: Date },
  ): Promise<JobCost | null>
  listLogs(tx: Tx, query: LogQuery): Promise<LogLine[]>
  whyIdle(job: { jobId: string; tenantId: string }): Promise<Pick<WhyNotRunning, 'reasons' | 'keptOff'>>
}

export interface PipelinePorts {
  database: Database
  log: Logger
  clock: () => Date
  /** How touches of one thing become few looks at it. Default: by timers. */
  coalesce?: Coalesce
  publish: Publish
  farm: FarmPort
  /** The page of a job. */
  jobUrl(jobId: string): string
  /** The bytes of a stored file. */
  readFile(tenantId: string, sha256: string): Promise<Readable>
  treeExists(tenantId: string, treeId: string): Promise<boolean>
  /** The project, or the tenant's own when none is named. Throws `project.not_found`. */
  resolveProject(tenantId: string, projectId: string | undefined): Promise<string>
}
