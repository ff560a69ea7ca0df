import { describe, expect, it } from 'vitest'
import { secondsLeft, secondsPerFrame } from './eta.ts'

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
