/**
 * Allowed transitions of everything that has a state. A change that is not in its table is refused with
 * `farm.illegal_transition` (or `job.illegal_transition` when a person asked for it).
 *
 * Glossary. **Job**: what a person asked for. **Step**: one node of the job's workflow. **Task**: the unit a worker
 * leases (of `render_frames`: a chunk of frames). **Attempt**: one lease of a task by one worker, with a fencing token.
 */
export type Transitions<State extends string> = Readonly<Record<State, readonly State[]>>

export const jobStates = [
  'pending',
  'queued',
  'running',
  'paused',
  'cancelling',
  'completed',
  'failed',
  'cancelled',
] as const
export type JobState = (typeof jobStates)[number]
/** `pending`: registered, inputs not complete · `queued`: waits for a worker · `cancelling`: waits for workers to let go. */
export const jobTransitions: Transitions<JobState> = {
  pending: ['queued', 'cancelled', 'failed'],
  queued: ['running', 'paused', 'cancelling', 'cancelled', 'completed', 'failed'],
  running: ['queued', 'paused', 'cancelling', 'completed', 'failed', 'cancelled'],
  paused: ['queued', 'running', 'cancelling', 'cancelled', 'completed', 'failed'],
  cancelling: ['cancelled'],
  completed: ['queued'], // requeue
  failed: ['queued'], // requeue
  cancelled: ['queued'], // requeue
}

export const stepStates = ['pending', 'running', 'completed', 'failed', 'skipped', 'cancelled'] as const
export type StepState = (typeof stepStates)[number]
export const stepTransitions: Transitions<StepState> = {
  pending: ['running', 'skipped', 'cancelled', 'failed'],
  running: ['pending', 'completed', 'failed', 'cancelled'], // pending: every attempt was lost
  completed: ['pending'], // requeue
  failed: ['pending'],
  skipped: ['pending'],
  cancelled: ['pending'],
}

export const taskStates = ['blocked', 'queued', 'leased', 'completed', 'failed', 'cancelled'] as const
export type TaskState = (typeof taskStates)[number]
/** `blocked`: a step before it is not done · `leased`: exactly one attempt holds it. */
export const taskTransitions: Transitions<TaskState> = {
  blocked: ['queued', 'cancelled', 'failed'],
  queued: ['leased', 'blocked', 'cancelled', 'failed'],
  leased: ['queued', 'completed', 'failed', 'cancelled'],
  completed: ['queued', 'blocked'], // requeue
  failed: ['queued', 'blocked'],
  cancelled: ['queued', 'blocked'],
}

export const attemptStates = ['running', 'completed', 'failed', 'lost', 'cancelled'] as const
export type AttemptState = (typeof attemptStates)[number]
/** `lost`: the lease ended without a word from the worker. */
export const attemptTransitions: Transitions<AttemptState> = {
  running: ['completed', 'failed', 'lost', 'cancelled'],
  completed: [],
  failed: [],
  lost: [],
  cancelled: [],
}

export const workerStates = ['online', 'draining', 'offline'] as const
export type WorkerState = (typeof workerStates)[number]
export const workerTransitions: Transitions<WorkerState> = {
  online: ['draining', 'offline'],
  draining: ['online', 'offline'],
  offline: ['online'],
}

export const endedJobStates = ['completed', 'failed', 'cancelled'] as const satisfies readonly JobState[]

export function isEnded(state: JobState): boolean {
  return (endedJobStates as readonly JobState[]).includes(state)
}

export function mayMove<State extends string>(table: Transitions<State>, from: State, to: State): boolean {
  return table[from].includes(to)
}
