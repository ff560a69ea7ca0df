import type { TimelineEntry } from '@backlot/contract/schemas/jobs'
import { describe, expect, it } from 'vitest'
import { timelineText } from './timeline-text.ts'

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seconds)).toISOString()
const attempt = (worker: string, from: number, to: number | null, state: TimelineEntry['state']): TimelineEntry => ({
  attemptId: crypto.randomUUID(),
  step: 'render_frames',
  frames: '1',
  worker,
  state,
  startedAt: at(from),
  endedAt: to === null ? null : at(to),
  framesDone: 1,
  error: null,
})

describe('a timeline', () => {
  it('has a line for each worker, from the first attempt to now', () => {
    const attempts = [
      attempt('node-10', 0, 4, 'completed'),
      attempt('node-2', 2, 5, 'failed'),
      attempt('node-2', 6, null, 'running'),
    ]
    const lines = timelineText(attempts, { now: new Date(at(10)), width: 10 }).split('\n')
    expect(lines.map((line) => line.replaceAll(/ +/g, ' ').trim())).toEqual([
      'worker 2026-01-01T00:00:00.000Z + 10.0 s attempts failed busy',
      'node-2 ..xxxx>>>> 2 1 7.0 s',
      'node-10 =====..... 1 0 4.0 s',
    ])
  })

  it('of a job that nobody has begun says so', () => {
    expect(timelineText([], { now: new Date(), width: 10 })).toBe('Nobody has worked on it yet.')
  })
})
