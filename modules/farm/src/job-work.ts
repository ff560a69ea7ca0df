import type { FrameSpan } from '@backlot/contract/frames'
import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { FrameOrder } from '@backlot/contract/frame-order'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { Unit } from '@backlot/db/unit'
import { scouts } from './frame-order.ts'
import { ensureClass } from './requirement-classes.ts'
import type { FarmContext } from './context.ts'
import { addJob, type NewFarmJob } from './queries/add-job.ts'
import { cancelSteps } from './queries/cancel-steps.ts'
import { changeSteps } from './queries/change-steps.ts'
import { setPaused } from './queries/set-paused.ts'
import { openSteps } from './queries/open-steps.ts'
import { unblockSteps } from './queries/unblock-steps.ts'
import { findRunningAttempts } from './queries/find-running-attempts.ts'
import { forgetStrikesOfJob } from './queries/forget-strikes-of-job.ts'
import { lockJobs } from './queries/lock-jobs.ts'
import { readSteps } from './queries/read-steps.ts'
import { requeueAll } from './queries/requeue-all.ts'
import { requeueFrames } from './queries/requeue-frames.ts'
import { type Requeueing, requeueUnfinished } from './queries/requeue-unfinished.ts'
import { makeRequirement, type Requirement } from './requirement.ts'
import { tellToDrop } from './settle-attempts.ts'
import { countFrames, normaliseSpans, placeOfFrame } from './spans.ts'

/** Which frames, and how they become tasks. */
export interface PlannedFrames {
  spans: readonly FrameSpan[]
  order: FrameOrder
  /** Frames of one task; null: as many as take `taskSeconds`. */
  chunk: number | null
  taskSeconds: number
  /** Only the scouts go until a person has approved. */
  waitForApproval: boolean
}

/** A step as the pipeline describes it. */
export interface PlannedStep {
  kind: StepKind
  parameters: Record<string, unknown>
  priority: number
  /** It waits for another step. */
  blocked: boolean
  /** Null: a step with one task and no frames. */
  frames: PlannedFrames | null
  /** What is not given asks for nothing. */
  requirement: Pick<Requirement, 'blender' | 'fileVersion'> & Partial<Requirement>
  /** What limits how many of its tasks run at once; absent: nothing. */
  limits?: { pool: string | null; licences: readonly string[]; mostRunning: number | null }
  /** It is given up once more of its tasks have failed for good; absent: never. */
  mostFailed?: number
}
export type PlannedJob = NewFarmJob

/** A step that was looked up: what a transaction of a tenant can register. */
export interface PreparedStep extends PlannedStep {
  classId: number
}

export type RequeueWhat = 'unfinished' | 'all' | { frames: readonly number[] }

/** Finds the requirement classes of the steps. Before the transaction: classes belong to no tenant. */
export async function prepareSteps(context: FarmContext, steps: readonly PlannedStep[]): Promise<PreparedStep[]> {
  const prepared: PreparedStep[] = []
  for (const step of steps) {
    const requirement = makeRequirement({ ...step.requirement, kind: step.kind })
    prepared.push({ ...step, classId: await ensureClass(context, requirement) })
  }
  return prepared
}

const noLimits = { pool: null, licences: [], mostRunning: null }

/** A step without frames. */
const oneTask: Omit<PlannedFrames, 'spans'> = { order: 'linear', chunk: 1, taskSeconds: 1, waitForApproval: false }

export async function registerJob(
  context: FarmContext,
  { tx, now, afterCommit }: Unit,
  job: PlannedJob,
  steps: readonly PreparedStep[],
): Promise<void> {
  const ready = await addJob(tx, {
    job,
    now,
    steps: steps.map(
      ({ kind, parameters, classId, priority, blocked, frames, limits = noLimits, mostFailed = null }, ordinal) => {
        const spans = frames === null ? [] : normaliseSpans(frames.spans)
        const frameCount = countFrames(spans)
        const { order: frameOrder, chunk, taskSeconds, waitForApproval } = frames ?? oneTask
        const openUntil = waitForApproval ? Math.min(scouts, frameCount) : Math.max(frameCount, 1)
        const how = { frameOrder, chunk, taskSeconds, openUntil }
        return {
          kind,
          ordinal,
          parameters,
          classId,
          priority,
          blocked,
          spans,
          frameCount,
          ...how,
          ...limits,
          mostFailed,
        }
      },
    ),
  })
  afterCommit(() => context.wake(ready))
}

/** Everything that changes a job's work is done under this lock, which the transaction holds until its end. */
export async function lockJob({ tx }: Unit, jobId: string): Promise<void> {
  await lockJobs(tx, [jobId])
}

export async function pauseJob({ tx }: Unit, jobId: string): Promise<void> {
  await setPaused(tx, jobId, true)
}

/** The scouts are good: the rest of the frames may be handed out. Answers whether any waited for it. */
export async function approveJob(context: FarmContext, { tx, afterCommit }: Unit, jobId: string): Promise<boolean> {
  const steps = await openSteps(tx, jobId)
  afterCommit(() => context.wake(steps))
  return steps.length > 0
}

/** Of all of its steps; what is undefined stays. */
export async function changeJob(
  context: FarmContext,
  { tx, afterCommit }: Unit,
  jobId: string,
  change: { priority?: number | undefined; mostRunning?: number | null | undefined },
): Promise<void> {
  const steps = await changeSteps(tx, jobId, change)
  afterCommit(() => context.wake(steps))
}

export async function resumeJob(context: FarmContext, { tx, afterCommit }: Unit, jobId: string): Promise<void> {
  const steps = await setPaused(tx, jobId, false)
  afterCommit(() => context.wake(steps))
}

/** Nothing of the job is begun any more, and who works on it is told to drop it. Answers how many do. */
export async function cancelJob(
  context: FarmContext,
  { tx, afterCommit }: Unit,
  jobId: string,
): Promise<{ running: number }> {
  await cancelSteps(tx, jobId)
  const running = await findRunningAttempts(tx, jobId)
  afterCommit(() => tellToDrop(context, running))
  return { running: running.length }
}

/** These steps will never be done. */
export async function skipSteps({ tx }: Unit, jobId: string, kinds: readonly StepKind[]): Promise<void> {
  await cancelSteps(tx, jobId, kinds)
}

export async function unblock(
  context: FarmContext,
  { tx, afterCommit }: Unit,
  jobId: string,
  kinds: readonly StepKind[],
): Promise<void> {
  const steps = await unblockSteps(tx, jobId, kinds)
  afterCommit(() => context.wake(steps))
}

/** Queues steps again. `all` and frames need that nobody works on the step. */
export async function requeueSteps(
  context: FarmContext,
  { tx, afterCommit }: Unit,
  jobId: string,
  requeueings: readonly (Requeueing & { what: RequeueWhat })[],
): Promise<void> {
  const steps = new Map((await readSteps(tx, jobId)).map((step) => [step.kind, step]))
  // Whoever asks for it again has done something about it.
  await forgetStrikesOfJob(tx, jobId)
  for (const { what, ...requeueing } of requeueings) {
    const step = steps.get(requeueing.kind)
    if (step === undefined) continue
    if (what === 'unfinished') {
      await requeueUnfinished(tx, jobId, requeueing)
      continue
    }
    if (step.running > 0) {
      throw new CodedError<ErrorCode>('job.illegal_transition', 'Workers still work on this step.', {
        details: { step: step.kind, running: step.running },
      })
    }
    if (what === 'all') await requeueAll(tx, jobId, requeueing)
    else {
      const frames = [...new Set(what.frames)].map((frame) => ({ frame, place: placeOfFrame(step, frame) }))
      const unknown = frames.filter(({ place }) => place === undefined)
      if (unknown.length > 0) {
        throw new CodedError<ErrorCode>('job.frame_not_found', `Frame ${unknown[0]?.frame} is not part of the job.`, {
          details: { frames: unknown.slice(0, 100).map(({ frame }) => frame) },
        })
      }
      await requeueFrames(tx, jobId, requeueing, frames as { frame: number; place: number }[])
    }
  }
  afterCommit(() => context.wake([...steps.values()].map(({ stepId }) => stepId)))
}
