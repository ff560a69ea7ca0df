import {
  type JobState,
  jobStates,
  jobTransitions,
  type StepState,
  stepStates,
  stepTransitions,
} from '@backlot/contract/states'
import { jobDocument } from '@backlot/contract/job-document'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  beginStep,
  endCancelled,
  endJob,
  failStep,
  finishStep,
  type JobDocument,
  moveJob,
  newDocument,
  pendingStep,
  queueIfIdle,
  releaseStep,
  reopenJob,
  resetStep,
  skipStep,
  stepOf,
} from './document.ts'

const at = new Date('2026-01-01T00:00:00Z')
const later = new Date('2026-01-01T00:01:40Z')

function aDocument(state: JobState = 'queued', render: StepState = 'pending'): JobDocument {
  const steps = [{ ...pendingStep('render_frames'), status: render }, pendingStep('contact_sheet')]
  return { ...newDocument(steps, at), job_id: '01890000-0000-7000-8000-000000000000', state }
}

function outcomeOf(change: () => JobDocument, read: (document: JobDocument) => string): string {
  try {
    return read(change())
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('the job document', () => {
  it('moves a job exactly as the table says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...jobStates), fc.constantFrom(...jobStates), (from, to) => {
        const allowed = jobTransitions[from].includes(to)
        const outcome = outcomeOf(
          () => moveJob(aDocument(from), to),
          ({ state }) => state,
        )
        expect(outcome).toBe(allowed ? to : 'job.illegal_transition')
      }),
    )
  })

  const helpers: Record<string, { to: StepState; change: (document: JobDocument) => JobDocument }> = {
    begin: { to: 'running', change: (document) => beginStep(document, 'render_frames', later) },
    finish: { to: 'completed', change: (document) => finishStep(document, 'render_frames', later, {}) },
    fail: {
      to: 'failed',
      change: (document) => failStep(document, 'render_frames', later, { error: { code: 'x', message: 'y' } }),
    },
    skip: { to: 'skipped', change: (document) => skipStep(document, 'render_frames', later) },
    release: { to: 'pending', change: (document) => releaseStep(document, 'render_frames') },
    reset: { to: 'pending', change: (document) => resetStep(document, 'render_frames') },
  }
  it.each(Object.entries(helpers))('%s moves a step exactly as the table says', (_name, { to, change }) => {
    for (const from of stepStates) {
      const outcome = outcomeOf(
        () => change(aDocument('running', from)),
        (document) => stepOf(document, 'render_frames').status,
      )
      expect(outcome).toBe(stepTransitions[from].includes(to) ? to : 'farm.illegal_transition')
    }
  })

  it('measures a step from its first start, also when its workers were lost in between', () => {
    const begun = beginStep(aDocument(), 'render_frames', at)
    const again = beginStep(releaseStep(begun, 'render_frames'), 'render_frames', later)
    const done = finishStep(again, 'render_frames', later, { frames: 3, engine: 'cycles' })
    expect(stepOf(done, 'render_frames')).toMatchObject({ duration_s: 100, output: { frames: 3 } })
  })

  it('ends with its result, and forgets it when it is opened again', () => {
    const begun = moveJob(beginStep(aDocument(), 'render_frames', at), 'running')
    const error = { code: 'render.crashed', message: 'boom' }
    const failed = failStep(begun, 'render_frames', later, { error, output: { frames: 2, device: 'CPU' } })
    const ended = endJob(skipStep(failed, 'contact_sheet', later), 'failed', later)
    expect(jobDocument.parse(ended)).toMatchObject({
      state: 'failed',
      error,
      result: { frames: 2, duration_s: 100, device: 'CPU', engine: null },
    })
    const reopened = resetStep(reopenJob(ended), 'render_frames')
    expect(reopened).toMatchObject({ state: 'queued', error: null, result: null })
    expect(stepOf(reopened, 'render_frames')).toEqual(pendingStep('render_frames'))
  })

  it('cancels every step that is not done', () => {
    const rendered = finishStep(beginStep(aDocument(), 'render_frames', at), 'render_frames', at, {})
    const ended = endCancelled({ ...rendered, state: 'cancelling' }, later)
    expect(ended.steps.map(({ status }) => status)).toEqual(['completed', 'cancelled'])
    expect(ended.state).toBe('cancelled')
  })

  it('waits in the queue when none of its steps is at work', () => {
    expect(queueIfIdle(aDocument('running', 'pending')).state).toBe('queued')
    expect(queueIfIdle(aDocument('running', 'running')).state).toBe('running')
    expect(queueIfIdle(aDocument('paused', 'pending')).state).toBe('paused')
  })
})
