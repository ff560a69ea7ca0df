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

export const jobLook: Record<JobState, StateLook> = {
  pending: { label: 'Preparing', tone: 'idle', icon: 'dotted' },
  queued: { label: 'Queued', tone: 'idle', icon: 'dotted' },
  running: { label: 'Rendering', tone: 'running', icon: 'half' },
  paused: { label: 'Paused', tone: 'warn', icon: 'pause' },
  cancelling: { label: 'Cancelling', tone: 'warn', icon: 'slash' },
  completed: { label: 'Completed', tone: 'good', icon: 'check' },
  failed: { label: 'Failed', tone: 'bad', icon: 'alert' },
  cancelled: { label: 'Cancelled', tone: 'idle', icon: 'slash' },
}

export const stepLook: Record<StepState, StateLook> = {
  pending: { label: 'Waiting', tone: 'idle', icon: 'dotted' },
  running: { label: 'Running', tone: 'running', icon: 'half' },
  completed: { label: 'Done', tone: 'good', icon: 'check' },
  failed: { label: 'Failed', tone: 'bad', icon: 'alert' },
  skipped: { label: 'Skipped', tone: 'idle', icon: 'skip' },
  cancelled: { label: 'Cancelled', tone: 'idle', icon: 'slash' },
}

export const frameLook: Record<FrameInfo['state'], StateLook> = {
  queued: { label: 'Queued', tone: 'idle', icon: 'dotted' },
  running: { label: 'Rendering', tone: 'running', icon: 'half' },
  completed: { label: 'Completed', tone: 'good', icon: 'check' },
  failed: { label: 'Failed', tone: 'bad', icon: 'alert' },
  cancelled: { label: 'Cancelled', tone: 'idle', icon: 'slash' },
}

export const taskLook: Record<TaskState, StateLook> = {
  blocked: { label: 'Waiting', tone: 'idle', icon: 'dotted' },
  queued: { label: 'Queued', tone: 'idle', icon: 'dotted' },
  leased: { label: 'Running', tone: 'running', icon: 'half' },
  completed: { label: 'Completed', tone: 'good', icon: 'check' },
  failed: { label: 'Failed', tone: 'bad', icon: 'alert' },
  cancelled: { label: 'Cancelled', tone: 'idle', icon: 'slash' },
}

export const attemptLook: Record<AttemptState, StateLook> = {
  running: { label: 'Running', tone: 'running', icon: 'half' },
  completed: { label: 'Completed', tone: 'good', icon: 'check' },
  failed: { label: 'Failed', tone: 'bad', icon: 'alert' },
  lost: { label: 'Lost', tone: 'warn', icon: 'alert' },
  cancelled: { label: 'Cancelled', tone: 'idle', icon: 'slash' },
}

export const workerLook: Record<WorkerState, StateLook> = {
  online: { label: 'Online', tone: 'good', icon: 'check' },
  draining: { label: 'Draining', tone: 'warn', icon: 'pause' },
  offline: { label: 'Offline', tone: 'idle', icon: 'slash' },
}
