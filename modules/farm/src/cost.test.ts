import { describe, expect, it } from 'vitest'
import { describeCost } from './cost.ts'

const sums = { cost: 3, ratedSeconds: 3600, workerSeconds: 7200 }
const frames = { total: 10, completed: 4, failed: 0 }

describe('the cost of a job', () => {
  it('is what was done, and as much for what is left', () => {
    expect(describeCost(sums, { frames, samples: null }, false)).toEqual({
      soFar: 3,
      total: 7.5,
      ratedSeconds: 3600,
      workerSeconds: 7200,
    })
  })

  it('of a still follows its samples', () => {
    const samples = { total: 64, completed: 16, noise: null }
    expect(describeCost(sums, { frames: { total: 1, completed: 0, failed: 0 }, samples }, false)?.total).toBe(12)
  })

  it('of a job that has ended is what it was', () => {
    expect(describeCost(sums, { frames, samples: null }, true)?.total).toBe(3)
  })

  it('is not known before the first frame, and without rates', () => {
    expect(describeCost(sums, { frames: { ...frames, completed: 0 }, samples: null }, false)?.total).toBeNull()
    expect(describeCost({ cost: 0, ratedSeconds: 0, workerSeconds: 9 }, { frames, samples: null }, false)).toBeNull()
  })
})
