import { CodedError } from '@backlot/base/errors'
import { BoundedMap } from './bounded-map.ts'

interface Failures {
  count: number
  /** No further try before this moment. Milliseconds. */
  blockedUntil: number
  at: number
}

interface Policy {
  /** Failures that cost nothing: people mistype. */
  free: number
  /** The delay doubles with each further failure up to this. Seconds. */
  longest: number
}

/** A stranger must not be able to lock somebody out for long, so an account's delay stays short. */
export const attemptPolicies = {
  account: { free: 5, longest: 60 },
  address: { free: 20, longest: 900 },
} as const satisfies Record<string, Policy>

const keys = 50_000
/** Failures are forgotten after this. Milliseconds. */
const memory = 3_600_000

export interface AttemptLimiter {
  /** Counts a try before it is made, so that a hundred at once don't all pass. Throws `auth.too_many_attempts`. */
  begin(account: string, address: string): void
  /** The try was right: the account starts anew, and the address gets this one back. */
  succeed(account: string, address: string): void
}

/** Slows down guessing: for each account and for each address, with a delay that doubles. In memory of one server. */
export function createAttemptLimiter(clock: () => Date): AttemptLimiter {
  const failures = new BoundedMap<Failures>(keys)
  const fresh = (key: string, now: number) => {
    const found = failures.get(key)
    return found !== undefined && now - found.at < memory ? found : { count: 0, blockedUntil: 0, at: now }
  }
  const add = (key: string, { free, longest }: Policy, now: number) => {
    const count = fresh(key, now).count + 1
    const delay = count <= free ? 0 : Math.min(longest, 2 ** Math.min(30, count - free - 1))
    failures.set(key, { count, blockedUntil: now + delay * 1000, at: now })
  }
  return {
    begin(account, address) {
      const now = clock().getTime()
      const own = [`account ${account}`, `address ${address}`] as const
      const blockedUntil = Math.max(...own.map((key) => fresh(key, now).blockedUntil))
      if (blockedUntil > now) {
        const retryAfterSeconds = Math.ceil((blockedUntil - now) / 1000)
        throw new CodedError('auth.too_many_attempts', `Too many tries: wait ${retryAfterSeconds} s.`, {
          details: { retryAfterSeconds },
        })
      }
      add(own[0], attemptPolicies.account, now)
      add(own[1], attemptPolicies.address, now)
    },
    succeed(account, address) {
      const now = clock().getTime()
      failures.delete(`account ${account}`)
      const { count, at } = fresh(`address ${address}`, now)
      failures.set(`address ${address}`, { count: Math.max(0, count - 1), blockedUntil: 0, at })
    },
  }
}
