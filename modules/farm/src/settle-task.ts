import { failureRules } from '@backlot/contract/failure-rules'
import type { FailureCause } from '@backlot/contract/schemas/farm'
import type { AttemptState, TaskState } from '@backlot/contract/states'

/** How an attempt ended. `lost`: its lease ran out, or its worker said goodbye without a word about it. */
export type Outcome =
  | { state: 'completed' | 'released' | 'lost' }
  | { state: 'failed'; cause: FailureCause; code: string; message: string }

/** What a task's fate depends on when one of its attempts ends. */
export interface Ending {
  outcome: Outcome
  /** Frames of the task that are not done (1 for a step whose one output is missing). */
  remaining: number
  /** This attempt finished at least one frame. */
  progressed: boolean
  /** Attempts of this task that burnt a retry, and those in a row that were a host's fault. */
  failures: number
  losses: number
  maxRetries: number
  /** Another worker has failed at this task with the same code. */
  failedElsewhere: boolean
  /** The job is being cancelled: nothing is tried again. */
  cancelled: boolean
}

export interface Fate {
  attempt: Exclude<AttemptState, 'running'>
  /** `queued` in a cancelled step counts as cancelled. */
  task: Extract<TaskState, 'completed' | 'queued' | 'failed'>
  failures: number
  losses: number
  cause: FailureCause | null
  error: { code: string; message: string } | null
}

/** Whether an attempt that ended so, without one new frame, speaks against its worker. */
export function isStrike({ attempt, cause }: Pick<Fate, 'attempt' | 'cause'>): boolean {
  return attempt === 'lost' || (attempt === 'failed' && (cause === null || failureRules[cause].strikes !== null))
}

/** Losses in a row, without one new frame between them, before a task is given up: else a poisoned host loops forever. */
export const maxLosses = 10

export function settleTask(ending: Ending): Fate {
  const { remaining, progressed, failures, maxRetries, cancelled, failedElsewhere } = ending
  const outcome = believe(ending.outcome, remaining)
  const losses = progressed ? 0 : ending.losses
  const error = outcome.state === 'failed' ? { code: outcome.code, message: outcome.message } : null
  const cause = outcome.state === 'failed' ? outcome.cause : null
  const attempt = outcome.state === 'released' ? 'cancelled' : outcome.state
  const fate = (task: Fate['task'], counted: Partial<Fate> = {}): Fate => ({
    attempt,
    task,
    failures,
    losses,
    cause,
    error,
    ...counted,
  })

  // However the attempt ended: what is delivered is delivered.
  if (remaining === 0) return fate('completed')
  if (cancelled) return { ...fate('queued'), attempt: attempt === 'failed' ? 'failed' : 'cancelled' }
  if (outcome.state === 'released') return fate('queued')
  const rule = cause === null ? undefined : failureRules[cause]
  if (rule?.burnsRetry) {
    const isHopeless = rule.isOfTheScene && failedElsewhere
    return fate(failures < maxRetries && !isHopeless ? 'queued' : 'failed', { failures: failures + 1 })
  }
  // It waits, however often: nobody is to blame, and nothing is lost.
  if (rule !== undefined && rule.waitSeconds > 0) return fate('queued')
  if (losses < maxLosses) return fate('queued', { losses: losses + 1 })
  return fate('failed', {
    losses: losses + 1,
    error: error ?? {
      code: 'render.host_error',
      message: `Given up: ${losses + 1} workers in a row were lost while they held this task.`,
    },
  })
}

/** A worker that says "completed" with frames missing is mistaken. */
function believe(outcome: Outcome, remaining: number): Outcome {
  if (outcome.state !== 'completed' || remaining === 0) return outcome
  return {
    state: 'failed',
    cause: 'bad_output',
    code: 'render.bad_output',
    message: `The worker said it was done, but ${remaining} of the task's files never arrived.`,
  }
}
