import { CodedError } from '@backlot/base/errors'
import type { AttemptHolder, Caller, Person, Worker } from '@backlot/contract/handler'
import { maxInt32 } from '@backlot/contract/schemas/common'
import { BoundedMap } from './bounded-map.ts'
import type { Membership, User } from './membership.ts'
import type { IdentityPorts, Rights } from './ports.ts'
import { findAccessToken, touchAccessToken } from './queries/access-tokens.ts'
import { findUsers } from './queries/find-users.ts'
import { readSessionCookie, readTenantCookie } from './session-cookie.ts'
import { effectiveMemberships, type Sessions } from './sessions.ts'
import { hashOf, isToken } from './token.ts'
import { refuseExpired, verifyWorkerAccess, type WorkerAccess } from './worker-access.ts'

/** Names are in lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | undefined>>

/** How long a verified token is believed without asking the database. Milliseconds. */
const believed = 5000
const cachedTokens = 10_000
/** A token's last use is written at most so often. Milliseconds. */
const touchAfter = 60_000
/** A global administrator's stay in a foreign tenant is one audit entry for each session and so long. Milliseconds. */
const crossingAfter = 3_600_000

/** What a person's token stands for, before a tenant is chosen. */
interface Holder {
  user: User
  via: Person['via']
  tokenId: string
  /** A personal token is good for this tenant only. */
  boundTo: string | undefined
  rights: Rights
}

export interface CallerVerifier {
  /**
   * Turns a request into its caller: the one place where a tenant comes from. No token: anonymous. A cookie that is no
   * longer good counts as none, since a browser can't help sending it; any other bad token throws `auth.*`.
   */
  verify(headers: Headers, address: string): Promise<Caller>
  /** Where the person who makes this request may work. */
  membershipsOf(headers: Headers): Promise<Membership[]>
  forgetToken(tokenId: string): void
  forgetUser(userId: string): void
  /** Access tokens of this worker are refused from now on, although they would still be good. */
  forgetWorker(workerId: string): void
}

export function createCallerVerifier(ports: IdentityPorts, sessions: Sessions): CallerVerifier {
  const { database, clock, tenants, findAttempt, secrets, log } = ports
  const cache = new BoundedMap<{ holder: Holder; until: number }>(cachedTokens)
  const crossings = new BoundedMap<number>(cachedTokens)
  const revokedWorkers = new BoundedMap<true>(cachedTokens)
  // A worker sends the same token for a quarter of an hour: its signature took 4 % of the server's time on a busy farm.
  const workerTokens = new BoundedMap<WorkerAccess>(cachedTokens)
  // Grows with every revocation: what was read before one is not believed after it.
  let revocations = 0

  function forget(matches: (holder: Holder) => boolean): void {
    revocations++
    cache.deleteWhere(({ holder }) => matches(holder))
  }

  async function fromSession(token: string): Promise<Holder> {
    const { id, user } = await sessions.find(token)
    return { user, via: 'session', tokenId: id, boundTo: undefined, rights: await tenants().rightsOf(user.id) }
  }

  async function fromPersonalToken(token: string): Promise<Holder> {
    const now = clock()
    const found = await database.background(async (tx) => {
      const row = await findAccessToken(tx, hashOf(token))
      if (row && (row.lastUsedAt === null || now.getTime() - row.lastUsedAt.getTime() > touchAfter)) {
        await touchAccessToken(tx, row.id, now)
      }
      return row
    })
    if (found?.kind !== 'personal') throw new CodedError('auth.invalid_token', 'The token is unknown or was revoked.')
    if (found.expiresAt && found.expiresAt <= now) throw new CodedError('auth.expired_token', 'The token has expired.')
    const [user] = await database.auth((tx) => findUsers(tx, [found.userId]))
    if (user === undefined) throw new CodedError('auth.invalid_token', 'The token has no owner any more.')
    const rights = await tenants().rightsOf(user.id)
    return { user, via: 'personal_token', tokenId: found.id, boundTo: found.tenantId, rights }
  }

  async function holderOf(token: string): Promise<Holder> {
    const key = hashOf(token)
    const now = clock().getTime()
    const known = cache.get(key)
    if (known && known.until > now && known.until <= now + believed) return known.holder
    const before = revocations
    const holder = await (isToken('personal', token) ? fromPersonalToken(token) : fromSession(token))
    if (before === revocations) cache.set(key, { holder, until: now + believed })
    return holder
  }

  async function personIn(holder: Holder, wanted: string | undefined, from: { address: string; requestId: string }) {
    const { user, via, tokenId, rights, boundTo } = holder
    if (boundTo !== undefined && wanted !== undefined && wanted !== boundTo) throw noTenant()
    const tenantId = boundTo ?? wanted ?? rights.memberships[0]?.tenantId
    if (tenantId === undefined) throw noTenant()
    const membership = rights.memberships.find((own) => own.tenantId === tenantId)
    if (membership === undefined) {
      if (!rights.isGlobalAdmin || (await tenants().findTenant(tenantId)) === undefined) throw noTenant()
      await recordCrossing({ tenantId, userId: user.id, name: user.name, ...from }, tokenId)
    }
    const role = rights.isGlobalAdmin ? 'global_admin' : membership?.role
    if (role === undefined) throw noTenant()
    const person: Person = {
      kind: 'person',
      userId: user.id,
      name: user.name,
      email: user.email,
      tenantId,
      role,
      via,
      tokenId,
    }
    return person
  }

  async function recordCrossing(
    crossing: Parameters<ReturnType<typeof tenants>['recordCrossing']>[0],
    tokenId: string,
  ) {
    const key = `${tokenId} ${crossing.tenantId}`
    const now = clock().getTime()
    if (Math.abs(now - (crossings.get(key) ?? 0)) < crossingAfter) return // a clock may be set back
    await tenants().recordCrossing(crossing)
    crossings.set(key, now)
  }

  async function workerFrom(token: string, held: string | undefined): Promise<Worker | AttemptHolder> {
    const access = workerTokens.get(token) ?? verifyWorkerAccess(secrets.workerAccessKey, token)
    refuseExpired(access, clock())
    workerTokens.set(token, access)
    const { workerId } = access
    if (revokedWorkers.get(workerId)) throw new CodedError('auth.worker_token_invalid', 'The worker was removed.')
    if (held === undefined) return { kind: 'worker', workerId }
    const [, attemptId, fenceText] = /^([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\.(\d{1,10})$/.exec(held) ?? []
    const fence = Number(fenceText)
    if (attemptId === undefined || fence > maxInt32)
      throw new CodedError('request.invalid', 'The header backlot-attempt is not ID.FENCE.')
    const attempt = await findAttempt(attemptId, fence)
    if (attempt?.workerId !== workerId) {
      throw new CodedError('farm.stale_attempt', 'The worker does not hold this attempt any more.', {
        details: { attemptId, fence },
      })
    }
    return { kind: 'attempt', workerId, attemptId, fence, jobId: attempt.jobId, tenantId: attempt.tenantId }
  }

  return {
    async verify(headers, address) {
      const token = bearerOf(headers)
      if (token !== undefined && isToken('workerAccess', token)) return workerFrom(token, headers['backlot-attempt'])
      const requestId = headers['x-request-id'] ?? ''
      const person = async (value: string) => personIn(await holderOf(value), tenantOf(headers), { address, requestId })
      if (token !== undefined) {
        if (isToken('session', token) || isToken('personal', token)) return person(token)
        throw new CodedError('auth.invalid_token', 'This is not a token that signs a request.')
      }
      const cookie = readSessionCookie(headers.cookie)
      if (cookie === undefined || !isToken('session', cookie)) return { kind: 'anonymous' }
      try {
        return await person(cookie)
      } catch (error) {
        const { code } = error as { code?: string }
        if (code !== 'auth.invalid_token' && code !== 'auth.expired_token') throw error
        log.debug({ code }, 'a browser sent the cookie of a session that has ended')
        return { kind: 'anonymous' }
      }
    },

    async membershipsOf(headers) {
      const token = bearerOf(headers) ?? readSessionCookie(headers.cookie)
      if (token === undefined) return []
      const { rights, boundTo } = await holderOf(token)
      return effectiveMemberships(rights).filter(({ tenantId }) => boundTo === undefined || tenantId === boundTo)
    },

    forgetToken: (tokenId) => forget((holder) => holder.tokenId === tokenId),
    forgetUser: (userId) => forget((holder) => holder.user.id === userId),
    forgetWorker: (workerId) => revokedWorkers.set(workerId, true),
  }
}

/** The token that signs a request: of the header `authorization`. The scheme's name may be written in any case. */
export function bearerOf(headers: Headers): string | undefined {
  const match = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')
  if (match === null && headers.authorization) {
    throw new CodedError('auth.invalid_token', 'The header authorization is not "Bearer TOKEN".')
  }
  return match?.[1]
}

function tenantOf(headers: Headers): string | undefined {
  // A program names its tenant itself; a cookie only goes with the session's.
  const cookie = headers.authorization === undefined ? readTenantCookie(headers.cookie) : undefined
  const wanted = headers['backlot-tenant'] ?? cookie
  if (wanted === undefined || wanted === '') return undefined
  if (!/^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(wanted)) throw noTenant()
  return wanted
}

function noTenant(): CodedError {
  return new CodedError('tenant.not_found', 'There is no such tenant, or you are not in it.')
}
