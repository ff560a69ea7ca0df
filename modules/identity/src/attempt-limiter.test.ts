import { describe, expect, it } from 'vitest'
import { createAttemptLimiter } from './attempt-limiter.ts'

function setUp() {
  let now = 1_000_000
  const limiter = createAttemptLimiter(() => new Date(now))
  return {
    limiter,
    pass: (seconds: number) => (now += seconds * 1000),
    /** Seconds to wait, 0: the try was allowed. */
    wait: (account = 'ada', address = '10.0.0.1'): number => {
      try {
        limiter.begin(account, address)
        return 0
      } catch (error) {
        const { code, details } = error as { code: string; details: { retryAfterSeconds: number } }
        return code === 'auth.too_many_attempts' ? details.retryAfterSeconds : Number.NaN
      }
    },
  }
}

describe('createAttemptLimiter', () => {
  it('doubles the delay of an account after the free tries, up to a minute', () => {
    const { wait, pass } = setUp()
    const waits: number[] = []
    for (let attempt = 0; attempt < 14; attempt++) {
      const seconds = wait('ada', `10.0.0.${attempt}`)
      waits.push(seconds)
      pass(seconds)
    }
    // Six are free; then every second one is refused, and the next is made after the wait.
    expect(waits).toEqual([0, 0, 0, 0, 0, 0, 1, 0, 2, 0, 4, 0, 8, 0])
    for (const seconds of [16, 32, 60, 60]) {
      expect(wait()).toBe(seconds)
      pass(seconds)
      wait()
    }
  })

  it('does not let tries in parallel pass', () => {
    const { wait } = setUp()
    expect(Array.from({ length: 100 }, () => wait()).filter((seconds) => seconds === 0)).toHaveLength(6)
  })

  it('slows an address down that tries many accounts', () => {
    const { wait } = setUp()
    const waits = Array.from({ length: 30 }, (_, index) => wait(`person ${index}`))
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(21)
  })

  it('lets nobody be kept out by a stranger where they signed in before, and counts what fails there', () => {
    const { limiter, wait } = setUp()
    expect(wait('ada', '2001:db8::1')).toBe(0)
    limiter.succeed('ada', '2001:db8::1')
    for (let attempt = 0; attempt < 20; attempt++) wait('ada', `10.0.0.${attempt}`)
    expect(wait('ada', '10.0.1.1')).toBeGreaterThan(0)
    const waits = Array.from({ length: 8 }, (_, last) => wait('ada', `2001:db8::${last}`))
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(6)
  })

  it('takes all addresses of an IPv6 network for one', () => {
    const { wait } = setUp()
    const waits = Array.from({ length: 30 }, (_, index) => wait(`person ${index}`, `2001:db8::${index}`))
    expect(waits.filter((seconds) => seconds === 0)).toHaveLength(21)
  })

  it('locks nobody out when the clock is set back', () => {
    const { wait, pass } = setUp()
    for (let attempt = 0; attempt < 10; attempt++) wait()
    pass(-500)
    expect(wait()).toBe(0)
  })

  it('starts anew after a success, and forgets after an hour', () => {
    const { limiter, wait, pass } = setUp()
    for (let attempt = 0; attempt < 4; attempt++) wait()
    limiter.succeed('ada', '10.0.0.1')
    for (let attempt = 0; attempt < 6; attempt++) expect(wait()).toBe(0)
    expect(wait()).toBe(1)
    pass(3600)
    for (let attempt = 0; attempt < 6; attempt++) expect(wait()).toBe(0)
  })
})
