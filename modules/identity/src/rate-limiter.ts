import { CodedError } from '@backlot/base/errors'
import { BoundedMap } from './bounded-map.ts'

interface Bucket {
  /** Calls that are still allowed, as a fraction that refills. */
  tokens: number
  at: number
}

const keys = 50_000

/**
 * Limits calls a minute for each key: a bucket of that size that refills steadily, so that a burst is fine and a
 * steady stream is not. In memory of one server.
 */
export function createRateLimiter(clock: () => Date): (key: string, perMinute: number) => void {
  const buckets = new BoundedMap<Bucket>(keys)
  return (key, perMinute) => {
    const now = clock().getTime()
    const { tokens, at } = buckets.get(key) ?? { tokens: perMinute, at: now }
    const refilled = Math.min(perMinute, tokens + (Math.max(0, now - at) / 60_000) * perMinute)
    if (refilled < 1) {
      const retryAfterSeconds = Math.ceil(((1 - refilled) / perMinute) * 60)
      throw new CodedError('request.rate_limited', 'Too many requests.', { details: { retryAfterSeconds } })
    }
    buckets.set(key, { tokens: refilled - 1, at: now })
  }
}
