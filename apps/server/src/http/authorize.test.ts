import type { Caller } from '@backlot/contract/handler'
import { type Permission, permissions, rankOf, type Role, roles } from '@backlot/contract/roles'
import type { Access } from '@backlot/contract/route'
import { routeList } from '@backlot/contract/routes/all'
import { describe, expect, it } from 'vitest'
import { authorize } from './authorize.ts'

const person = (role: Role): Caller => ({
  kind: 'person',
  userId: 'u',
  name: 'U',
  email: 'u@example.org',
  tenantId: 't',
  role,
  via: 'session',
  tokenId: 's',
})
const worker: Caller = { kind: 'worker', workerId: 'w' }
const attempt: Caller = { kind: 'attempt', workerId: 'w', attemptId: 'a', fence: 1, jobId: 'j', tenantId: 't' }
const anonymous: Caller = { kind: 'anonymous' }

/** The code of the refusal; undefined: allowed. */
function refusal(access: Access, caller: Caller): string | undefined {
  try {
    authorize(access, caller)
    return undefined
  } catch (error) {
    return (error as { code: string }).code
  }
}

/** What strangers may call, and why. A new route is for people or workers unless somebody adds it here. */
const forStrangers: Record<string, string> = {
  info: 'a client must know the version before it signs in',
  readiness: 'a supervisor has no account; details are for administrators',
  setup: 'there is nobody yet; the one-time token is in the body',
  signIn: 'it begins here',
  startDevice: 'it begins here, for programs',
  pollDevice: 'the device code is in the body',
  enrolWorker: 'the join token is in the body',
  workerToken: 'the credential is in the body',
}

it('is open to strangers only where it is named here with a reason, and with a limit', () => {
  const open = routeList.filter(([, { access }]) => access === 'public')
  expect(open.map(([id]) => id).toSorted()).toEqual(Object.keys(forStrangers).toSorted())
  expect(open.filter(([, { ratePerMinute, body }]) => body && ratePerMinute === undefined)).toEqual([])
})

/** Every route of the contract: a new one can't be forgotten. */
describe.each(routeList)('%s', (_, { access }) => {
  it('lets in exactly those whom its access names', () => {
    const permission: Permission | undefined = typeof access === 'object' ? access.permission : undefined
    const isPublic = access === 'public'
    const refused = (allowed: boolean) => (allowed ? undefined : 'auth.forbidden')
    expect(refusal(access, anonymous)).toBe(isPublic ? undefined : 'auth.required')
    expect(refusal(access, worker)).toBe(refused(isPublic || access === 'worker'))
    const forAttempts =
      access === 'worker' || access === 'attempt' || (typeof access === 'object' && access.orAttempt === true)
    expect(refusal(access, attempt)).toBe(refused(isPublic || forAttempts))
    const lowest = permission === undefined ? 0 : rankOf(permissions[permission])
    const forPeople = isPublic || access === 'person' || permission !== undefined
    expect(roles.map((role) => refusal(access, person(role)))).toEqual(
      roles.map((role) => refused(forPeople && rankOf(role) >= lowest)),
    )
  })
})
