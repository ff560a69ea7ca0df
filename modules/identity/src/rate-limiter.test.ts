import { describe, expect, it } from 'vitest'
import { createRateLimiter } from './rate-limiter.ts'

function setUp() {
  let now = 0
  const limit = createRateLimiter(() => new Date(now))
  return { limit, pass: (seconds: number) => (now += seconds * 1000) }
}

describe('createRateLimiter', () => {
  it('allows a burst, then a steady rate, and says how long to wait', () => {
    const { limit, pass } = setUp()
    for (let call = 0; call < 30; call++) limit('a', 30)
    expect(() => limit('a', 30)).toThrow(
      expect.objectContaining({ code: 'request.rate_limited', details: { retryAfterSeconds: 2 } }),
    )
    pass(2)
    limit('a', 30)
    expect(() => limit('a', 30)).toThrow('Too many')
  })

  it('counts every key for itself', () => {
    const { limit } = setUp()
    limit('a', 1)
    limit('b', 1)
    expect(() => limit('a', 1)).toThrow('Too many')
  })

  it('is not confused by a clock that goes back', () => {
    const { limit, pass } = setUp()
    limit('a', 1)
    pass(-3600)
    expect(() => limit('a', 1)).toThrow('Too many')
  })
})
