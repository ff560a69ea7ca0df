import type { FrameInfo } from '@backlot/contract/schemas/jobs'
import type { AttemptState, JobState, StepState, TaskState, WorkerState } from '@backlot/contract/states'
import type { IconName } from './icon.tsx'

export type Tone = 'running' | 'good' | 'bad' | 'warn' | 'idle'

/** How a state is told: in words, by a shape and by a colour, so that none of them is needed alone. */
export interface StateLook {
  label: string
  tone: Tone
  icon: IconName
}

const waiting: StateLook = { label: 'Waiting', tone: 'idle', icon: 'dotted' }
const queued: StateLook = { label: 'Queued', tone: 'idle', icon: 'dotted' }
const running: StateLook = { label: 'Running', tone: 'running', icon: 'half' }
const rendering: StateLook = { label: 'Rendering', tone: 'running', icon: 'half' }
const completed: StateLook = { label: 'Completed', tone: 'good', icon: 'check' }
const failed: StateLook = { label: 'Failed', tone: 'bad', icon: 'alert' }
const cancelled: StateLook = { label: 'Cancelled', tone: 'idle', icon: 'slash' }

export const jobLook: Record<JobState, StateLook> = {
  pending: { label: 'Preparing', tone: 'idle', icon: 'dotted' },
  queued,
  running: rendering,
  paused: { label: 'Paused', tone: 'warn', icon: 'pause' },
  cancelling: { label: 'Cancelling', tone: 'warn', icon: 'slash' },
  completed,
  failed,
  cancelled,
}

export const stepLook: Record<StepState, StateLook> = {
  pending: waiting,
  running,
  completed: { label: 'Done', tone: 'good', icon: 'check' },
  failed,
  skipped: { label: 'Skipped', tone: 'idle', icon: 'skip' },
  cancelled,
}

export const frameLook: Record<FrameInfo['state'], StateLook> = {
  queued,
  running: rendering,
  completed,
  failed,
  cancelled,
}

export const taskLook: Record<TaskState, StateLook> = {
  blocked: waiting,
  queued,
  leased: running,
  completed,
  failed,
  cancelled,
}

export const attemptLook: Record<AttemptState, StateLook> = {
  running,
  completed,
  failed,
  lost: { label: 'Lost', tone: 'warn', icon: 'alert' },
  cancelled,
}

export const workerLook: Record<WorkerState, StateLook> = {
  online: { label: 'Online', tone: 'good', icon: 'check' },
  draining: { label: 'Draining', tone: 'warn', icon: 'pause' },
  offline: { label: 'Offline', tone: 'idle', icon: 'slash' },
}
