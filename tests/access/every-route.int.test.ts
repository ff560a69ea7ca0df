import { randomUUID } from 'node:crypto'
import { pathOf } from '@backlot/contract/client'
import { permissions, rankOf, type Role, roles } from '@backlot/contract/roles'
import { isBinary, type Route } from '@backlot/contract/route'
import { routeList } from '@backlot/contract/routes/all'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hostileBodies, sampleBody } from './hostile-input.ts'
import { createTestInstallation, type TestInstallation, type TestTenant } from './test-installation.ts'

/** Every route of the contract on the whole server: a new one is here by itself. */

let installation: TestInstallation
let own: TestTenant
let foreign: TestTenant
beforeAll(async () => {
  installation = await createTestInstallation()
  own = await installation.addTenant('own')
  foreign = await installation.addTenant('foreign')
}, 120_000)
afterAll(() => installation.close())

interface Sent {
  params?: Record<string, string>
  token?: string | undefined
  headers?: Record<string, string>
  body?: unknown
}

async function send(route: Route, { params = {}, token, headers = {}, body }: Sent) {
  const binary = isBinary(route.body)
  const response = await fetch(installation.url + pathOf(route, params), {
    method: route.method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(binary ? { 'content-type': 'application/octet-stream' } : {}),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(binary && { body: 'x' }),
  })
  const text = await response.text()
  const error = text.startsWith('{"error":')
    ? (JSON.parse(text) as { error: { code: string; message: string } }).error
    : undefined
  return { status: response.status, code: error?.code, message: error?.message, text }
}

/** Ids that nobody has. */
function randomParams(route: Route): Record<string, string> {
  const values: Record<string, string> = {
    sha256: 'e'.repeat(64),
    treeId: 'e'.repeat(64),
    userCode: 'BCDF-GHJK',
    part: '0',
  }
  return Object.fromEntries(Object.keys(route.params?.shape ?? {}).map((name) => [name, values[name] ?? randomUUID()]))
}

/** Names of the parameters that are ids of something. A sign-in's code is not a tenant's. */
function idsOf({ params }: Route): string[] {
  return Object.keys(params?.shape ?? {}).filter((name) => name !== 'part' && name !== 'userCode')
}

const endsSignIn = new Set(['signOut', 'refresh'])
const holding = ({ lease: { attemptId, fence } }: TestTenant['worker']) => ({
  'backlot-attempt': `${attemptId}.${fence}`,
})

/** Requests that are sent together. */
const atOnce = 16
/** What ends an attempt comes when all others had it. */
const last = ['finish', 'goOffline']
const inOrder = routeList.toSorted(([a], [b]) => last.indexOf(a) - last.indexOf(b))

describe.each(inOrder)('%s', (id, route) => {
  const { access } = route
  const isRefused = ({ status, code }: { status: number; code: string | undefined }) =>
    (status === 401 || status === 403) && code !== 'auth.setup_token_wrong' && code !== 'auth.wrong_credentials'

  it('lets in whom it names, and nobody else, whatever they hold', async () => {
    const params = randomParams(route)
    const body = route.body && {}
    const wrong: string[] = []
    const check = async (who: string, allowed: boolean, sent: Sent) => {
      const answer = await send(route, { params, body, ...sent })
      if (isRefused(answer) === allowed) wrong.push(`${who}: ${answer.status} ${answer.code}`)
    }
    const isPublic = access === 'public'
    const permission = typeof access === 'object' ? permissions[access.permission] : undefined
    const mayPerson = (role: Role) =>
      isPublic || access === 'person' || (permission !== undefined && rankOf(role) >= rankOf(permission))
    const mayAttempt = access === 'worker' || access === 'attempt' || (typeof access === 'object' && access.orAttempt)
    const { join, credential, access: worker, lease } = own.worker
    // What ends a sign-in, or gives up an attempt, would end it for the next question too.
    for (const role of endsSignIn.has(id) ? [] : roles) await check(role, mayPerson(role), { token: own.tokens[role] })
    await check('worker', isPublic || access === 'worker', { token: worker })
    await check('attempt', isPublic || mayAttempt === true, {
      token: worker,
      headers: id === 'goOffline' ? {} : holding(own.worker),
    })
    await check('nobody', isPublic, {})
    const artist = own.tokens.artist
    const [named = '', expires, signature] = worker.split('.')
    const broken = [
      join,
      credential,
      artist.slice(0, -1),
      `${artist}x`,
      artist.replace('bks_', 'bkp_'),
      `bka_${randomUUID()}.${expires}.${signature}`,
      `${named}.${Number(expires) + 1}.${signature}`,
      worker.slice(0, -2),
      'bku_x',
      'x',
    ]
    for (const token of broken) await check(token, false, { token })
    const { code } = await send(route, {
      params,
      body,
      token: worker,
      headers: { 'backlot-attempt': `${lease.attemptId}.${lease.fence + 1}` },
    })
    expect({ wrong, code }).toEqual({ wrong: [], code: 'farm.stale_attempt' })
  })

  it.each(idsOf(route).length > 0 ? [idsOf(route)] : [])(
    "answers another tenant's %s like ids that nobody has",
    async (...named) => {
      const things: Record<string, string> = { ...own.things, userId: own.userId, workerId: own.worker.workerId }
      const random = randomParams(route)
      const theirs = { ...random, ...Object.fromEntries(named.map((name) => [name, things[name] ?? 'not known here'])) }
      const plain = (text: string, params: Record<string, string>) =>
        Object.values(params).reduce((rest, value) => (value.length > 8 ? rest.replaceAll(value, 'ID') : rest), text)
      const body = sampleBody(route)
      const callers = [
        { token: foreign.tokens.tenant_admin },
        { token: foreign.tokens.artist },
        { token: foreign.worker.access, headers: holding(foreign.worker) },
      ]
      for (const caller of callers) {
        const one = await send(route, { ...caller, params: theirs, body })
        const other = await send(route, { ...caller, params: random, body })
        expect(plain(one.text, theirs)).toBe(plain(other.text, random))
        expect(one.status).toBeGreaterThanOrEqual(400)
      }
    },
  )

  it('never fails inside, whatever it is sent', async () => {
    const isWorkers = access === 'worker' || access === 'attempt'
    const token = isWorkers ? foreign.worker.access : access === 'public' ? undefined : foreign.tokens.tenant_admin
    const headers = access === 'attempt' ? holding(foreign.worker) : {}
    const failed: string[] = []
    const bodies = [...hostileBodies(route, foreign.worker.lease)]
    for (let at = 0; at < bodies.length; at += atOnce) {
      const sent = bodies.slice(at, at + atOnce).map(async (body) => {
        const { status, code } = await send(route, { params: randomParams(route), token, headers, body })
        if (status >= 500 && code !== 'storage.disk_full')
          failed.push(`${status} ${code}: ${JSON.stringify(body).slice(0, 300)}`)
      })
      await Promise.all(sent)
    }
    for (const [name, value] of Object.entries(randomParams(route))) {
      for (const odd of [
        '..%2f..%2fetc',
        '%00',
        `' or 1=1 --`,
        '__proto__',
        '9'.repeat(300),
        '\u{1F4A5}',
        value.toUpperCase(),
      ]) {
        const answer = await send(route, {
          params: { ...randomParams(route), [name]: odd },
          token,
          headers,
          body: sampleBody(route),
        })
        if (answer.status >= 500) failed.push(`${answer.status} ${name}=${odd}`)
      }
    }
    expect(failed).toEqual([])
  }, 120_000)
})
