import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import { type JobDocument, jobDocumentVersion, type JobStep } from '@backlot/contract/job-document'
import {
  isEnded,
  type JobState,
  jobTransitions,
  mayMove,
  type StepState,
  stepTransitions,
} from '@backlot/contract/states'
import { isRanged, makesFrames, type StepKind } from '@backlot/contract/steps/registry'

/**
 * The job document (O2) and the only functions that change it. Each gives a new document; `moveJob` and `moveStep` are
 * the one door for every change of state and refuse what the tables of the contract do not allow.
 */
export type { JobDocument, JobStep } from '@backlot/contract/job-document'

export interface Failure {
  code: string
  message: string
}

/** A new document before it has an id: the database gives it one. */
export function newDocument(steps: readonly JobStep[], at: Date): Omit<JobDocument, 'job_id'> {
  return {
    version: jobDocumentVersion,
    created_at: at.toISOString(),
    state: 'queued',
    steps: [...steps],
    error: null,
    result: null,
  }
}

export function pendingStep(name: StepKind): JobStep {
  return { name, status: 'pending', started_at: null, completed_at: null, duration_s: null, output: {}, error: null }
}

/** A step that the client did before the job existed; it ended just now, or before the stages behind it. */
export function doneStep(
  name: StepKind,
  { endedAt, seconds }: { endedAt: Date; seconds: number },
  output: JobStep['output'],
): JobStep {
  return {
    name,
    status: 'completed',
    started_at: new Date(endedAt.getTime() - seconds * 1000).toISOString(),
    completed_at: endedAt.toISOString(),
    duration_s: seconds,
    output,
    error: null,
  }
}

export function moveJob(document: JobDocument, to: JobState): JobDocument {
  const { state: from, job_id } = document
  if (!mayMove(jobTransitions, from, to)) {
    throw new CodedError<ErrorCode>('job.illegal_transition', `A job that is ${from} can't become ${to}.`, {
      details: { jobId: job_id, from, to, allowed: jobTransitions[from] },
    })
  }
  return { ...document, state: to }
}

function moveStep(document: JobDocument, name: StepKind, to: StepState, change: (step: JobStep) => Partial<JobStep>) {
  const from = stepOf(document, name).status
  if (!mayMove(stepTransitions, from, to)) {
    throw new CodedError<ErrorCode>('farm.illegal_transition', `The step ${name} can't go from ${from} to ${to}.`, {
      details: { subject: 'step', id: `${document.job_id} ${name}`, from, to },
    })
  }
  const steps = document.steps.map((step) => (step.name === name ? { ...step, ...change(step), status: to } : step))
  return { ...document, steps }
}

export function stepOf(document: JobDocument, name: StepKind): JobStep {
  const step = document.steps.find((step) => step.name === name)
  if (step === undefined) throw new Error(`job ${document.job_id} has no step ${name}`)
  return step
}

export function beginStep(document: JobDocument, name: StepKind, at: Date): JobDocument {
  // A step that lost its workers and begins again keeps its first start: its duration is the wall clock.
  return moveStep(document, name, 'running', (step) => ({ started_at: step.started_at ?? at.toISOString() }))
}

export function finishStep(document: JobDocument, name: StepKind, at: Date, output: JobStep['output']): JobDocument {
  return moveStep(document, name, 'completed', (step) => ({ ...ended(step, at), output, error: null }))
}

export function failStep(
  document: JobDocument,
  name: StepKind,
  at: Date,
  { error, output = {} }: { error: Failure; output?: JobStep['output'] },
): JobDocument {
  return moveStep(document, name, 'failed', (step) => ({ ...ended(step, at), output, error }))
}

export function skipStep(document: JobDocument, name: StepKind, at: Date): JobDocument {
  return moveStep(document, name, 'skipped', () => ({ completed_at: at.toISOString() }))
}

/** The step has no worker any more and waits for one. */
export function releaseStep(document: JobDocument, name: StepKind): JobDocument {
  return moveStep(document, name, 'pending', () => ({}))
}

/** The step is to be done again, from the start of its clock. */
export function resetStep(document: JobDocument, name: StepKind): JobDocument {
  const { started_at, completed_at, duration_s, output, error } = pendingStep(name)
  return moveStep(document, name, 'pending', () => ({ started_at, completed_at, duration_s, output, error }))
}

/** Every step that is not done is cancelled, and the job is. */
export function endCancelled(document: JobDocument, at: Date): JobDocument {
  const open = document.steps.filter(({ status }) => status === 'pending' || status === 'running')
  const steps = open.reduce((next, { name }) => moveStep(next, name, 'cancelled', (step) => ended(step, at)), document)
  return endJob(steps, 'cancelled', at)
}

/** The job ends: as `failed` with the error of its first failed step. */
export function endJob(document: JobDocument, state: 'completed' | 'failed' | 'cancelled', at: Date): JobDocument {
  const error = document.steps.find(({ status }) => status === 'failed')?.error ?? null
  const next = moveJob(document, state)
  return { ...next, error: state === 'failed' ? error : null, result: describeResult(next, at) }
}

/** A job none of whose steps is at work any more waits for a worker. */
export function queueIfIdle(document: JobDocument): JobDocument {
  const isAtWork = document.steps.some(({ status }) => status === 'running')
  return document.state === 'running' && !isAtWork ? moveJob(document, 'queued') : document
}

/** The job goes back into the queue: what it ended with is forgotten. */
export function reopenJob(document: JobDocument): JobDocument {
  return { ...moveJob(document, 'queued'), error: null, result: null }
}

export function hasEnded(document: JobDocument): boolean {
  return isEnded(document.state)
}

function ended(step: JobStep, at: Date): Partial<JobStep> {
  const seconds = step.started_at === null ? null : (at.getTime() - Date.parse(step.started_at)) / 1000
  return { completed_at: at.toISOString(), duration_s: seconds }
}

function describeResult(document: JobDocument, at: Date): JobDocument['result'] {
  const output = document.steps.find(({ name }) => makesFrames(name))?.output ?? {}
  const text = (value: unknown) => (typeof value === 'string' ? value : null)
  const begun = document.steps.flatMap(({ name, started_at }) =>
    isRanged(name) && started_at !== null ? [Date.parse(started_at)] : [],
  )
  return {
    frames: typeof output.frames === 'number' ? output.frames : 0,
    duration_s: begun[0] === undefined ? null : (at.getTime() - begun[0]) / 1000,
    engine: text(output.engine),
    device: text(output.device),
    blender: text(output.blender),
  }
}
