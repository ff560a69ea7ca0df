import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { forecast, secondsLeft, secondsPerFrame } from './eta.ts'

describe('eta', () => {
  it('does not let the first, slow frame spoil the estimate', () => {
    expect(secondsPerFrame([10, 2, 2, 2, 2])).toBe(2)
    expect(secondsPerFrame([])).toBeNull()
    expect(secondsPerFrame([3])).toBe(3)
  })

  it('divides what is left among the workers', () => {
    expect(secondsLeft({ frames: 10, working: 2, secondsPerFrame: 4 })).toBe(20)
    expect(secondsLeft({ frames: 1, working: 8, secondsPerFrame: 4 })).toBe(4)
    expect(secondsLeft({ frames: 0, working: 0, secondsPerFrame: 4 })).toBe(0)
    expect(secondsLeft({ frames: 5, working: 0, secondsPerFrame: 4 })).toBeNull()
    expect(secondsLeft({ frames: 5, working: 1, secondsPerFrame: null })).toBeNull()
  })
})

describe('a forecast', () => {
  const work = { working: 2, secondsPerFrame: null }

  it('is as sure as the times are equal', () => {
    expect(forecast({ ...work, frames: 10, recent: [4, 4, 4, 4] })).toMatchObject({ p50: 20 })
    const [sure, varied] = [
      [4, 4, 4, 4],
      [2, 6, 2, 6],
    ].map((recent) => forecast({ ...work, frames: 10, recent })!)
    expect(varied!.p50).toBe(sure!.p50)
    expect(varied!.p80).toBeGreaterThan(sure!.p80 * 1.1)
  })

  it('goes on with half of a slope', () => {
    const heavier = forecast({ ...work, working: 1, frames: 10, recent: [1, 2, 3, 4, 5, 6, 7, 8] })!
    expect(heavier.p50).toBeGreaterThan(10 * 4.5)
    expect(heavier.p80).toBeGreaterThan(10 * 12.5)
  })

  it('leaves out a first frame that compiled', () => {
    expect(forecast({ ...work, working: 1, frames: 2, recent: [60, 2, 2, 2] })).toMatchObject({ p50: 4 })
  })

  it('says nothing without workers, or before three frames', () => {
    expect(forecast({ ...work, frames: 5, recent: [1, 1] })).toBeNull()
    expect(forecast({ ...work, working: 0, frames: 5, recent: [1, 1, 1] })).toBeNull()
    expect(forecast({ ...work, working: 0, frames: 0 })).toEqual({ p50: 0, p80: 0 })
  })

  it('is later with more to do, where frames are equal', () => {
    const seconds = fc.double({ min: 0.01, max: 1000, noNaN: true })
    fc.assert(
      fc.property(
        seconds,
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 200 }),
        (each, frames, working) => {
          const recent = [each, each, each, each]
          const now = forecast({ ...work, working, frames, recent })!
          const more = forecast({ ...work, working, frames: frames + working, recent })!
          expect(more.p50).toBeGreaterThan(now.p50)
          expect(more.p80).toBeGreaterThan(now.p80)
        },
      ),
    )
  })

  it('is earlier with more workers, and never surer than it is likely', () => {
    const times = fc.array(fc.double({ min: 0.01, max: 1000, noNaN: true }), { minLength: 3, maxLength: 32 })
    fc.assert(
      fc.property(
        times,
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 2, max: 200 }),
        (recent, frames, working) => {
          const now = forecast({ ...work, working, frames, recent })!
          expect(now.p80).toBeGreaterThanOrEqual(now.p50)
          expect(forecast({ ...work, working: working + 1, frames, recent })!.p50).toBeLessThanOrEqual(now.p50 + 1e-9)
        },
      ),
    )
  })
})
