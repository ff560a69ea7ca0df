import type { JobDocument } from '@backlot/contract/job-document'
import { type StepKind, stepRegistry } from '@backlot/contract/steps/registry'
import type { Unit } from '@backlot/db/unit'
import { stepOf } from './document.ts'
import type { PipelinePorts } from './ports.ts'
import { addEvents, type NewEvent } from './queries/add-events.ts'

/** The pipeline log (O3): every event goes to the table, to the structured log, and to who follows the job. */
export type { NewEvent } from './queries/add-events.ts'

const event = (
  kind: NewEvent['kind'],
  step: StepKind | null,
  message: string,
  more: Partial<NewEvent> = {},
): NewEvent => ({
  kind,
  step,
  message,
  level: 'info',
  durationSeconds: null,
  context: {},
  ...more,
})

export const note = (message: string, context: Record<string, unknown> = {}) =>
  event('note', null, message, { context })

export const stepStart = (step: StepKind) => event('step_start', step, `${stepRegistry[step].title} began.`)

export const stepWaits = (step: StepKind) =>
  event('step_progress', step, `${stepRegistry[step].title} waits: its workers are gone.`, { level: 'warning' })

export const attemptStalled = (step: StepKind, { worker, message }: { worker: string; message: string }) =>
  event('note', step, `${stepRegistry[step].title} hung on ${worker}. ${message}`, {
    level: 'warning',
    context: { worker },
  })

export const stepGivenUp = (step: StepKind, counts: { failed: number; running: number }) =>
  event(
    'note',
    step,
    `${stepRegistry[step].title} is given up: ${counts.failed} of its tasks failed for good. What runs may end.`,
    { level: 'warning', context: counts },
  )

export interface KeptOffWorker {
  workerId: string
  name: string
  failures: number
  code: string
  message: string
}

export const workerKeptOff = (step: StepKind, { workerId, name, failures, code, message }: KeptOffWorker) =>
  event(
    'note',
    step,
    `The worker ${name} is kept off ${stepRegistry[step].title}: it failed ${failures} times in a row. The last: ${message}`,
    { level: 'warning', context: { workerId, worker: name, failures, code } },
  )

export const workerNeeded = (step: StepKind, { workerId, name }: { workerId: string; name: string }) =>
  event(
    'note',
    step,
    `The worker ${name} may work on ${stepRegistry[step].title} again: no other one that could do it is online.`,
    { level: 'warning', context: { workerId, worker: name } },
  )

/** What the document says of a step that has ended, or was skipped. */
export function stepEnd(document: JobDocument, name: StepKind): NewEvent {
  const { status, duration_s: durationSeconds, output, error } = stepOf(document, name)
  const { title } = stepRegistry[name]
  if (status === 'completed') return event('step_done', name, `${title} is done.`, { durationSeconds, context: output })
  if (status === 'skipped') return event('note', name, `${title} was skipped.`)
  const { code = 'server.internal', message = '' } = error ?? {}
  return event('step_error', name, `${title} failed: ${message}`, {
    level: 'error',
    durationSeconds,
    context: { ...output, code },
  })
}

export async function recordEvents(
  ports: PipelinePorts,
  { tx, now, afterCommit }: Unit,
  job: { jobId: string; tenantId: string; ownerId: string },
  events: readonly NewEvent[],
): Promise<void> {
  if (events.length === 0) return
  const { jobId, tenantId, ownerId } = job
  const kept = await addEvents(tx, job, events, now)
  afterCommit(() => {
    for (const event of kept) {
      const { step, kind, level, message, context } = event
      ports.log[level === 'warning' ? 'warn' : level]({ jobId, tenantId, step, kind, ...context }, message)
      ports.publish({ tenantId, ownerId }, 'jobEvent', { jobId }, event)
    }
  })
}
