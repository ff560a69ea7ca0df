import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sumUp } from './queue-forecast.ts'

const tens = [10, 10, 10, 10]

describe('the forecast for a queue', () => {
  it('is the work of all jobs, shared by all slots', () => {
    const told = sumUp(
      [
        { frames: 6, seconds: tens },
        { frames: 14, seconds: tens },
      ],
      4,
    )
    expect(told).toMatchObject({ jobs: 2, frames: 20, slots: 4, unknownFrames: 0, workerSeconds: 200, p50: 50 })
    expect(told.p80).toBeGreaterThan(50)
  })

  it('takes jobs of which nothing is known for like the others', () => {
    const told = sumUp(
      [
        { frames: 10, seconds: tens },
        { frames: 10, seconds: [] },
      ],
      1,
    )
    expect(told).toMatchObject({ unknownFrames: 10, workerSeconds: 200, p50: 200 })
  })

  it('says nothing where nothing is known, and no time where nobody works', () => {
    expect(sumUp([{ frames: 5, seconds: [] }], 3)).toMatchObject({ workerSeconds: null, p50: null, p80: null })
    expect(sumUp([{ frames: 5, seconds: tens }], 0)).toMatchObject({ workerSeconds: 50, p50: null, p80: null })
    expect(sumUp([], 0)).toMatchObject({ jobs: 0, workerSeconds: 0, p50: 0, p80: 0 })
  })

  it('is later with another job, and surer of many than of one', () => {
    const seconds = fc.array(fc.double({ min: 1, max: 100, noNaN: true }), { minLength: 3, maxLength: 32 })
    const jobs = fc.array(fc.record({ frames: fc.integer({ min: 1, max: 1000 }), seconds }), {
      minLength: 1,
      maxLength: 8,
    })
    fc.assert(
      fc.property(jobs, fc.integer({ min: 1, max: 100 }), (work, slots) => {
        const some = sumUp(work, slots)
        const more = sumUp([...work, work[0]!], slots)
        expect(more.p50!).toBeGreaterThan(some.p50!)
        expect(some.p80!).toBeGreaterThanOrEqual(some.p50!)
        const apart = work.map((job) => sumUp([job], slots)).reduce((sum, { p50, p80 }) => sum + p80! - p50!, 0)
        expect(some.p80! - some.p50!).toBeLessThanOrEqual(apart * (1 + 1e-9) + 1e-9)
      }),
    )
  })
})
