import { describe, expect, it } from 'vitest'
import { summariseSteps } from './progress.ts'
import type { StepCounts } from './queries/read-progress.ts'

const step = (changes: Partial<StepCounts>): StepCounts => ({
  stepId: 'step',
  jobId: 'job',
  kind: 'render_frames',
  requeued: 0,
  chunk: 2,
  taskSeconds: 120,
  placesLeft: 20,
  isHeldBack: false,
  running: 0,
  completed: 0,
  failed: 0,
  cancelled: false,
  frameCount: 20,
  framesCompleted: 0,
  framesFailed: 0,
  lastFrame: null,
  lastThumbnail: null,
  recentSeconds: [],
  split: null,
  noise: null,
  ...changes,
})

describe('the progress of a job', () => {
  it('adds up its steps: what is not begun is queued, or cancelled with its step', () => {
    const render = step({
      requeued: 1,
      placesLeft: 3,
      running: 2,
      completed: 4,
      failed: 1,
      framesCompleted: 9,
      recentSeconds: [3, 3, 3],
    })
    const sheet = step({ kind: 'contact_sheet', chunk: 1, placesLeft: 1, frameCount: 0, cancelled: true })
    expect(summariseSteps([render, sheet])).toMatchObject({
      tasks: { queued: 3, running: 2, completed: 4, failed: 1, cancelled: 1 },
      frames: { total: 20, completed: 9, failed: 0 },
      eta: { seconds: (11 * 3) / 2, secondsPerFrame: 3 },
    })
  })

  it('estimates tasks whose length follows from the frame times', () => {
    const queued = (changes: Partial<StepCounts>) => summariseSteps([step({ chunk: null, ...changes })]).tasks.queued
    expect(queued({})).toBe(20)
    expect(queued({ recentSeconds: [30, 30] })).toBe(5)
    expect(queued({ recentSeconds: [500] })).toBe(20)
  })

  it('waits for a person when nothing else is to be done', () => {
    const waits = (changes: Partial<StepCounts>) => summariseSteps([step(changes)]).awaitsApproval
    expect(waits({ isHeldBack: true })).toBe(true)
    expect(waits({ isHeldBack: true, running: 1 })).toBe(false)
    expect(waits({ isHeldBack: true, cancelled: true })).toBe(false)
    expect(waits({})).toBe(false)
  })
})
