import type { TaskState } from '@backlot/contract/states'

/** What of a step tells how its tasks are seen. */
export interface StepFlags {
  blocked: boolean
  cancelled: boolean
}

/**
 * The state of a task as everybody sees it. What is not begun takes its state from the step, which is why one flag
 * cancels 50,000 tasks; a task without a row is a queued one.
 */
export function taskState(step: StepFlags, stored: Exclude<TaskState, 'blocked' | 'cancelled'> = 'queued'): TaskState {
  if (stored !== 'queued') return stored
  if (step.cancelled) return 'cancelled'
  return step.blocked ? 'blocked' : 'queued'
}
