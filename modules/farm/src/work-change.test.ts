import { describe, expect, it } from 'vitest'
import type { HeldAttempt } from './queries/read-held.ts'
import { type DeliveredFrame, rowsOf } from './work-change.ts'

const held = (changes: Partial<HeldAttempt> = {}) =>
  ({
    attemptId: 'attempt',
    taskId: 'task',
    stepId: 'step',
    kind: 'render_frames',
    spans: [[1, 9, 1]],
    frameOrder: 'linear',
    frameCount: 9,
    firstPlace: 0,
    length: 3,
    framesDone: 1,
    attemptFramesDone: 0,
    failures: 0,
    losses: 2,
    earlier: [],
    maxRetries: 1,
    cancelled: false,
    hasOutput: false,
    ...changes,
  }) as HeldAttempt
const frame = (number: number) =>
  ({ frame: number, thumbnail: `thumbnail ${number}`, renderSeconds: number / 10 }) as DeliveredFrame

describe('the rows of a change', () => {
  it('count frames in task, attempt and step while the attempt goes on', () => {
    const { attempts, frames, steps } = rowsOf([{ held: held(), frames: [frame(3), frame(2)] }])
    expect(attempts).toMatchObject([
      { attemptState: 'running', taskState: 'leased', framesDone: 3, attemptFramesDone: 2, losses: 2, framesFailed: 0 },
    ])
    expect(frames.map((row) => row.frame)).toEqual([3, 2])
    expect(steps).toMatchObject([
      { ended: 0, queued: 0, frames: 2, lastFrame: 3, lastThumbnail: 'thumbnail 3', seconds: [0.3, 0.2] },
    ])
  })

  it('judge the end by what came with it', () => {
    const outcome = { state: 'completed' } as const
    const [whole] = rowsOf([{ held: held(), frames: [frame(2), frame(3)], outcome }]).attempts
    expect(whole).toMatchObject({ attemptState: 'completed', taskState: 'completed', framesDone: 3 })
    const [short] = rowsOf([{ held: held(), frames: [frame(2)], outcome }]).attempts
    expect(short).toMatchObject({ attemptState: 'failed', taskState: 'queued', framesDone: 2, failures: 1 })
    const sheet = held({ kind: 'contact_sheet', spans: [], length: 1, framesDone: 0 })
    expect(rowsOf([{ held: sheet, frames: [], outcome, hasOutput: true }]).attempts[0]?.taskState).toBe('completed')
    expect(rowsOf([{ held: sheet, frames: [], outcome }]).attempts[0]?.taskState).toBe('queued')
  })

  it('sum up the attempts of a step', () => {
    const crash = { state: 'failed', cause: 'crash', code: 'render.crashed', message: 'boom' } as const
    const { steps } = rowsOf([
      { held: held({ failures: 1 }), frames: [], outcome: crash },
      { held: held({ failures: 0 }), frames: [], outcome: crash },
      { held: held({ stepId: 'other' }), frames: [], outcome: { state: 'released' } },
    ])
    expect(steps).toMatchObject([
      { stepId: 'step', ended: 2, queued: 1, failed: 1, framesFailed: 2, frames: 0, lastFrame: null },
      { stepId: 'other', ended: 1, queued: 1, failed: 0 },
    ])
  })
})
