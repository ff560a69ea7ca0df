import type { Session } from '@backlot/contract/schemas/identity'
import { CodedError } from '@backlot/base/errors'
import type { Accounts } from './accounts.ts'
import type { Membership, User } from './membership.ts'
import type { IdentityPorts } from './ports.ts'
import { endSession, endSessionsOf } from './queries/end-sessions.ts'
import { extendSession } from './queries/extend-session.ts'
import { findSession } from './queries/find-session.ts'
import { rotateSession } from './queries/rotate-session.ts'
import { hashOf, newToken } from './token.ts'

const day = 86_400_000
/** A session ends when it was not used for so long … Milliseconds. */
const idleLimit = 14 * day
/** … and in any case so long after the password was given. */
export const absoluteLimit = 90 * day
/** Its end is moved at most so often: a write a day, not one for every request. */
const extendAfter = day

export interface LiveSession {
  id: string
  user: User
}

export interface Sessions {
  start(user: User, from: { address: string; userAgent: string }): Promise<Session>
  /** The session of a token. Throws `auth.invalid_token`, `auth.expired_token`. */
  find(token: string): Promise<LiveSession>
  /** The same session under a new token. Throws `auth.invalid_token` when the old one was exchanged already. */
  refresh(token: string): Promise<Session>
  end(id: string): Promise<void>
  endAllOf(userId: string): Promise<void>
}

export function createSessions(ports: IdentityPorts, accounts: Accounts): Sessions {
  const { database, clock, tenants } = ports
  const expiry = (signedInAt: Date, now: Date) =>
    new Date(Math.min(now.getTime() + idleLimit, signedInAt.getTime() + absoluteLimit))
  const describe = async (token: string, expiresAt: Date, user: User): Promise<Session> => ({
    token,
    expiresAt: expiresAt.toISOString(),
    user,
    tenants: effectiveMemberships(await tenants().rightsOf(user.id)),
  })

  async function read(token: string) {
    const found = await database.auth((tx) => findSession(tx, hashOf(token)))
    if (found === undefined) throw new CodedError('auth.invalid_token', 'The session is not valid.')
    if (found.expiresAt <= clock()) throw new CodedError('auth.expired_token', 'The session has expired.')
    return { ...found, user: { id: found.userId, email: found.email, name: found.name } }
  }

  return {
    async start(user, { address, userAgent }) {
      const token = newToken('session')
      const now = clock()
      const expiresAt = expiry(now, now)
      const stored = { userId: user.id, tokenHash: hashOf(token), signedInAt: now, expiresAt, address }
      await accounts.createSession({ ...stored, userAgent: userAgent.slice(0, 300) })
      return describe(token, expiresAt, user)
    },

    async find(token) {
      const { id, user, signedInAt, expiresAt: current } = await read(token)
      const now = clock()
      const expiresAt = expiry(signedInAt, now)
      if (expiresAt.getTime() - current.getTime() >= extendAfter) {
        await database.auth((tx) => extendSession(tx, { id, expiresAt, now }))
      }
      return { id, user }
    },

    async refresh(token) {
      const { user, signedInAt } = await read(token)
      const now = clock()
      const expiresAt = expiry(signedInAt, now)
      const fresh = newToken('session')
      const hashes = { tokenHash: hashOf(token), newTokenHash: hashOf(fresh) }
      const rotated = await database.auth((tx) => rotateSession(tx, { ...hashes, expiresAt, now }))
      if (!rotated) throw new CodedError('auth.invalid_token', 'The session was refreshed or ended already.')
      return describe(fresh, expiresAt, user)
    },

    end: (id) => database.auth((tx) => endSession(tx, id)),
    endAllOf: (userId) => database.auth((tx) => endSessionsOf(tx, userId)),
  }
}

/** Memberships with the role that counts: a global administrator is one everywhere. */
export function effectiveMemberships(rights: {
  isGlobalAdmin: boolean
  memberships: readonly Membership[]
}): Membership[] {
  return rights.memberships.map((own) => (rights.isGlobalAdmin ? { ...own, role: 'global_admin' } : own))
}
