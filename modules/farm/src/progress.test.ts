import { describe, expect, it } from 'vitest'
import { summariseSteps } from './progress.ts'
import type { StepCounts } from './queries/read-progress.ts'

const step = (changes: Partial<StepCounts>): StepCounts => ({
  jobId: 'job',
  kind: 'render_frames',
  taskCount: 10,
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
  ...changes,
})

describe('the progress of a job', () => {
  it('adds up its steps: what is not begun is queued, or cancelled with its step', () => {
    const render = step({ running: 2, completed: 4, failed: 1, framesCompleted: 9, recentSeconds: [3, 3, 3] })
    const sheet = step({ kind: 'contact_sheet', taskCount: 1, frameCount: 0, cancelled: true })
    expect(summariseSteps([render, sheet])).toMatchObject({
      tasks: { queued: 3, running: 2, completed: 4, failed: 1, cancelled: 1 },
      frames: { total: 20, completed: 9, failed: 0 },
      eta: { seconds: (11 * 3) / 2, secondsPerFrame: 3 },
    })
  })
})
