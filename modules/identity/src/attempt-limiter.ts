import { CodedError } from '@backlot/base/errors'
import { networkOf } from '@backlot/base/network-of'
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

/**
 * A stranger must not be able to lock somebody out, so an account's delay stays short, and does not count where the
 * account was signed in to before: there, its own failures do.
 */
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
  /** Accounts with the networks that they were signed in to from. */
  const known = new BoundedMap<true>(keys)
  const fresh = (key: string, now: number) => {
    const found = failures.get(key)
    // A clock that was set back must not lock anybody out until it is there again.
    const counts = found !== undefined && now >= found.at && now - found.at < memory
    return counts ? found : { count: 0, blockedUntil: 0, at: now }
  }
  const keysOf = (account: string, address: string) => {
    const network = networkOf(address)
    const pair = `${account} ${network}`
    return { pair, account: known.get(pair) ? `known ${pair}` : `account ${account}`, address: `address ${network}` }
  }
  const add = (key: string, { free, longest }: Policy, now: number) => {
    const count = fresh(key, now).count + 1
    const delay = count <= free ? 0 : Math.min(longest, 2 ** Math.min(30, count - free - 1))
    failures.set(key, { count, blockedUntil: now + delay * 1000, at: now })
  }
  return {
    begin(account, address) {
      const now = clock().getTime()
      const own = keysOf(account, address)
      const blockedUntil = Math.max(...[own.account, own.address].map((key) => fresh(key, now).blockedUntil))
      if (blockedUntil > now) {
        const retryAfterSeconds = Math.ceil((blockedUntil - now) / 1000)
        throw new CodedError('auth.too_many_attempts', `Too many tries: wait ${retryAfterSeconds} s.`, {
          details: { retryAfterSeconds },
        })
      }
      add(own.account, attemptPolicies.account, now)
      add(own.address, attemptPolicies.address, now)
    },
    succeed(account, address) {
      const now = clock().getTime()
      const own = keysOf(account, address)
      known.set(own.pair, true)
      failures.delete(own.account)
      const { count, at } = fresh(own.address, now)
      failures.set(own.address, { count: Math.max(0, count - 1), blockedUntil: 0, at })
    },
  }
}
