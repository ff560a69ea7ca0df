import type { FailureCause, FinishedFrame } from '@backlot/contract/schemas/farm'
import type { AttemptState, TaskState } from '@backlot/contract/states'
import { isRanged } from '@backlot/contract/steps/registry'
import type { HeldAttempt } from './queries/read-held.ts'
import { type Fate, type Outcome, settleTask } from './settle-task.ts'
import { move } from './transitions.ts'

export type DeliveredFrame = Omit<FinishedFrame, 'attemptId' | 'fence'>

/** What happened to one attempt that is held and runs. */
export interface WorkChange {
  held: HeldAttempt
  /** That are new, each once. */
  frames: DeliveredFrame[]
  /** Its output came with this change. */
  hasOutput?: boolean
  /** Absent: it goes on. */
  outcome?: Outcome
}

/** One attempt and its task, as they are to be. */
export interface AttemptRow {
  attemptId: string
  attemptState: AttemptState
  attemptFramesDone: number
  cause: FailureCause | null
  code: string | null
  message: string | null
  taskId: string
  taskState: Exclude<TaskState, 'blocked' | 'cancelled'>
  stepId: string
  failures: number
  losses: number
  framesDone: number
  /** Given up with the task. */
  framesFailed: number
}

/** What is added to the counts of a step. */
export interface StepSums {
  stepId: string
  ended: number
  queued: number
  completed: number
  failed: number
  framesFailed: number
  frames: number
  lastFrame: number | null
  lastThumbnail: string | null
  seconds: number[]
  /** The latest look at a part of an image's samples: see `finishedFrame.noise`. */
  noise: number | null
  noiseSamples: number | null
  /** Of the new frames. */
  samples: number
}

type FrameRow = DeliveredFrame & Pick<HeldAttempt, 'attemptId' | 'tenantId' | 'jobId' | 'stepId' | 'workerName'>

export interface WorkRows {
  attempts: AttemptRow[]
  frames: FrameRow[]
  steps: StepSums[]
}

/** The rows to write for these changes, one for each attempt. Throws `farm.illegal_transition`. */
export function rowsOf(changes: readonly WorkChange[]): WorkRows {
  const attempts = changes.map(attemptRow)
  const frames = changes.flatMap(({ held: { attemptId, tenantId, jobId, stepId, workerName }, frames }) =>
    frames.map((frame) => ({ ...frame, attemptId, tenantId, jobId, stepId, workerName })),
  )
  const framesOf = Map.groupBy(frames, ({ stepId }) => stepId)
  const steps = [...Map.groupBy(attempts, ({ stepId }) => stepId)].map(([stepId, rows]) =>
    sumUp(stepId, rows, framesOf.get(stepId) ?? []),
  )
  return { attempts, frames, steps }
}

function attemptRow({ held, frames, outcome, hasOutput }: WorkChange): AttemptRow {
  const { attemptId, taskId, stepId, failures, losses } = held
  const framesDone = held.framesDone + frames.length
  const attemptFramesDone = held.attemptFramesDone + frames.length
  const same = { attemptId, taskId, stepId, framesDone, attemptFramesDone }
  if (outcome === undefined) {
    const nothing = { cause: null, code: null, message: null, framesFailed: 0 }
    return { ...same, ...nothing, attemptState: 'running', taskState: 'leased', failures, losses }
  }
  const ranged = isRanged(held.kind)
  const has = hasOutput === true || held.hasOutput
  const remaining = ranged ? held.length - framesDone : Number(!has)
  const fate: Fate = settleTask({
    outcome,
    remaining,
    progressed: attemptFramesDone > 0,
    failures,
    losses,
    maxRetries: held.maxRetries,
    failedElsewhere:
      outcome.state === 'failed' &&
      held.earlier.some(({ workerId, code }) => workerId !== held.workerId && code === outcome.code),
    cancelled: held.cancelled,
  })
  return {
    ...same,
    attemptState: move('attempt', attemptId, 'running', fate.attempt) as Fate['attempt'],
    taskState: move('task', taskId, 'leased', fate.task) as Fate['task'],
    failures: fate.failures,
    losses: fate.losses,
    framesFailed: fate.task === 'failed' && ranged ? remaining : 0,
    cause: fate.cause,
    code: fate.error?.code ?? null,
    message: fate.error?.message ?? null,
  }
}

function sumUp(stepId: string, rows: readonly AttemptRow[], frames: readonly FrameRow[]): StepSums {
  const count = (state: AttemptRow['taskState']) => rows.filter(({ taskState }) => taskState === state).length
  const last = frames.length === 0 ? undefined : frames.reduce((one, other) => (other.frame > one.frame ? other : one))
  const noise = frames.findLast(({ noise }) => noise !== undefined)?.noise
  return {
    stepId,
    ended: rows.filter(({ attemptState }) => attemptState !== 'running').length,
    queued: count('queued'),
    completed: count('completed'),
    failed: count('failed'),
    framesFailed: rows.reduce((sum, { framesFailed }) => sum + framesFailed, 0),
    frames: frames.length,
    lastFrame: last?.frame ?? null,
    lastThumbnail: last?.thumbnail ?? null,
    seconds: frames.map(({ renderSeconds }) => renderSeconds),
    noise: noise?.value ?? null,
    noiseSamples: noise?.samples ?? null,
    samples: frames.reduce((sum, { samples }) => sum + (samples ?? 0), 0),
  }
}
