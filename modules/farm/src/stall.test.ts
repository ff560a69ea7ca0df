import { describe, expect, it } from 'vitest'
import { patienceFor } from './stall.ts'

describe('how long an attempt may be silent', () => {
  it.each([
    ['before there are frame times', null, 1200, 1200],
    ['with frames of a second', 1, 1200, 120],
    ['with frames of a minute', 60, 1200, 1200],
    ['with frames of ten minutes', 600, 12_000, 12_000],
    ['with frames of a day', 86_400, 14_400, 14_400],
  ])('%s', (_, slowest, stallSeconds, settledStallSeconds) => {
    expect(patienceFor('render_frames', slowest)).toEqual({ stallSeconds, settledStallSeconds })
  })
})
