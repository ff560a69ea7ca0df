import type { JobDocument } from '@backlot/contract/job-document'
import { countFrames, type FrameSpan } from '@backlot/contract/frames'
import type { Submission } from '@backlot/contract/schemas/jobs'
import { frameSteps, type StepKind, stepKinds, stepRegistry } from '@backlot/contract/steps/registry'
import { countRanges, type Split } from '@backlot/contract/steps/sample-settings'
import type { StepState } from '@backlot/contract/states'
import { doneStep, type JobStep, pendingStep } from './document.ts'
import type { PlannedStep, RequeueWhat } from './ports.ts'

/** What must be completed before a step may begin, as far as the job has it. Others wait for nothing. */
const dependencies: Partial<Record<StepKind, readonly StepKind[]>> = {
  merge_samples: ['render_samples'],
  contact_sheet: frameSteps,
  encode_video: frameSteps,
}

function dependenciesOf({ steps }: Pick<JobDocument, 'steps'>, kind: StepKind): readonly StepKind[] {
  return dependencies[kind]?.filter((before) => steps.some(({ name }) => name === before)) ?? []
}

/** The steps that workers do for a submission, in order. */
export function planSteps(submission: Submission, spans: readonly FrameSpan[]): PlannedStep[] {
  const { priority, blender = null, fileVersion, render, contactSheet, videoFps } = submission
  const { tags, anyTags, notTags, memoryBytes } = submission
  const { pool = null, licences, maxRunning: mostRunning = null } = submission
  const { order, chunk = null, taskSeconds, waitForApproval, split } = submission
  const plan = (
    kind: StepKind,
    parameters: unknown,
    own: Pick<PlannedStep, 'frames' | 'requirement' | 'mostFailed'>,
  ): PlannedStep => ({
    kind,
    parameters: stepRegistry[kind].parameters.parse(parameters),
    priority,
    blocked: kind in dependencies,
    limits: { pool, licences: stepRegistry[kind].opensScene ? licences : [], mostRunning },
    ...own,
  })
  // What works on finished pictures needs some Blender, no matter which, and little of the machine.
  const where = { tags, anyTags, notTags }
  const onPictures = {
    frames: null,
    requirement: { ...where, blender: null, fileVersion: 0, memoryBytes: 0, gpu: false },
  }
  const requirement = { ...where, blender, fileVersion, memoryBytes, gpu: render.device === 'gpu' }
  return [
    ...(split === undefined
      ? [
          plan('render_frames', render, {
            frames: { spans, order, chunk, taskSeconds, waitForApproval },
            requirement,
            mostFailed: submission.maxFailures ?? mostFailures(spans),
          }),
        ]
      : planStill(submission, split, spans).map(({ kind, parameters, frames }) =>
          // An image without some of its samples is none: the first range that is lost is one too many.
          plan(kind, parameters, { frames, requirement, mostFailed: 0 }),
        )),
    ...(contactSheet ? [plan('contact_sheet', {}, onPictures)] : []),
    ...(videoFps === undefined ? [] : [plan('encode_video', { fps: videoFps }, onPictures)]),
  ]
}

/** Where nobody said it: a tenth of the frames, ten in any case, and no more than a hundred. */
function mostFailures(spans: readonly FrameSpan[]): number {
  return Math.min(Math.max(Math.ceil(countFrames(spans) / 10), 10), 100)
}

/** A range that a worker holds is the work of at most so long: it is what finishing early waits for. Seconds. */
const longestRangeTask = 30

/** One image in ranges of its samples: ranges are handed out like frames, and the frame comes from the merge. */
function planStill(
  { render, taskSeconds, chunk }: Submission,
  split: Split,
  spans: readonly FrameSpan[],
): (Pick<PlannedStep, 'kind' | 'frames'> & { parameters: object })[] {
  const parameters = { ...render, frame: spans[0]?.first, split }
  const ranges = { first: 0, last: countRanges(split) - 1, step: 1 }
  const inOrder = { order: 'linear', waitForApproval: false } as const
  return [
    {
      kind: 'render_samples',
      parameters,
      frames: {
        ...inOrder,
        spans: [ranges],
        chunk: chunk ?? null,
        taskSeconds: Math.min(taskSeconds, longestRangeTask),
      },
    },
    { kind: 'merge_samples', parameters, frames: { ...inOrder, spans, chunk: 1, taskSeconds } },
  ]
}

/** The steps of the document: what the client did, then what workers will do. */
export function documentSteps(stages: Submission['stages'], planned: readonly PlannedStep[], now: Date): JobStep[] {
  const done = stages
    .filter(({ name }) => stepRegistry[name].executor === 'client')
    .toSorted((a, b) => stepKinds.indexOf(a.name) - stepKinds.indexOf(b.name))
  let endedAt = now.getTime()
  const clientSteps: JobStep[] = []
  for (const { name, seconds, output } of done.toReversed()) {
    clientSteps.unshift(doneStep(name, { endedAt: new Date(endedAt), seconds }, output))
    endedAt -= seconds * 1000
  }
  return [...clientSteps, ...planned.map(({ kind }) => pendingStep(kind))]
}

export interface Advance {
  unblock: StepKind[]
  skip: StepKind[]
  /** How the job ends, when nothing is left to do. */
  end: 'completed' | 'failed' | undefined
}

/** What follows when a step has ended: who may begin, who never will, and whether that was all. */
export function advance(document: JobDocument): Advance {
  const status = new Map<StepKind, StepState>(document.steps.map((step) => [step.name, step.status]))
  const unblock: StepKind[] = []
  const skip: StepKind[] = []
  for (const { name } of document.steps) {
    if (status.get(name) !== 'pending') continue
    const before = dependenciesOf(document, name).map((kind) => status.get(kind))
    if (before.some((state) => state === 'failed' || state === 'skipped' || state === 'cancelled')) {
      skip.push(name)
      status.set(name, 'skipped')
    } else if (before.length > 0 && before.every((state) => state === 'completed')) unblock.push(name)
  }
  const states = [...status.values()]
  const open = states.some((state) => state === 'pending' || state === 'running')
  return { unblock, skip, end: open ? undefined : states.includes('failed') ? 'failed' : 'completed' }
}

export interface StepRequeue {
  kind: StepKind
  what: RequeueWhat
  blocked: boolean
  /** The step's clock and state begin anew. */
  restart: boolean
}

/**
 * Which steps to queue again. `unfinished`: what failed, was cancelled or skipped, and what is made from it. `all`, and
 * frames: the render, and everything that is made from it. Empty when there is nothing to do again.
 */
export function planRequeue(document: JobDocument, what: RequeueWhat): StepRequeue[] {
  const plan = new Map<StepKind, StepRequeue>()
  for (const { name, status } of document.steps) {
    if (stepRegistry[name].executor !== 'worker') continue
    const before = dependenciesOf(document, name)
    const redone = before.some((kind) => plan.get(kind)?.restart)
    const unfinished = status === 'failed' || status === 'cancelled' || status === 'skipped'
    const isOpen = status === 'pending' || status === 'running'
    // An open step may hold tasks that failed for good while others go on.
    if (what === 'unfinished' && !redone && !unfinished && !(isOpen && before.length === 0)) continue
    // The frame of a still is made from all of its samples.
    const isStill = name === 'render_samples' && typeof what === 'object'
    const own = before.length > 0 ? (redone ? 'all' : 'unfinished') : isStill ? 'all' : what
    const blocked = before.some((kind) => plan.get(kind)?.restart || statusOf(document, kind) !== 'completed')
    plan.set(name, { kind: name, what: own, blocked, restart: what !== 'unfinished' || redone || unfinished })
  }
  return [...plan.values()]
}

/** After more samples were asked for: what is made from all samples is made anew; what is rendered stays. */
export function planContinue(document: JobDocument): StepRequeue[] {
  return document.steps.flatMap(({ name, status }): StepRequeue[] => {
    if (stepRegistry[name].executor !== 'worker') return []
    if (name === 'render_samples') {
      if (status === 'running') return []
      return [{ kind: name, what: 'unfinished', blocked: false, restart: true }]
    }
    return [{ kind: name, what: 'all', blocked: true, restart: true }]
  })
}

function statusOf(document: JobDocument, kind: StepKind): StepState | undefined {
  return document.steps.find(({ name }) => name === kind)?.status
}
