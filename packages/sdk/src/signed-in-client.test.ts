import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiError } from '@backlot/contract/client'
import type { ErrorCode } from '@backlot/contract/errors'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openSessionFile, type SessionFile } from './session-file.ts'
import { createSignedInClient } from './signed-in-client.ts'
import { answeredSession, exampleSession } from './testing/example-session.ts'
import { startTestServer, type TestAnswer, type TestRequest } from './testing/http-server.ts'

let folder: string
let sessions: SessionFile
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-client-'))
  sessions = openSessionFile(join(folder, 'session.json'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const minutesLater = (minutes: number) => () => new Date(Date.parse('2030-01-01T00:00:00Z') + minutes * 60_000)
const pathsOf = (requests: readonly TestRequest[]) => requests.map(({ path }) => path.replace('/api/v1', ''))

async function signedIn(answer: (request: TestRequest) => TestAnswer, minutes = 1) {
  const server = await startTestServer(answer)
  await sessions.write(server.url, exampleSession({ token: 'first' }))
  const { client } = createSignedInClient({ server: server.url, sessions, now: minutesLater(minutes) })
  return { server, client }
}
const emptyList: TestAnswer = { json: { items: [] } }

describe('a signed-in client', () => {
  it('sends token and tenant, and nothing beside the request', async () => {
    const { server, client } = await signedIn(() => emptyList)
    await using _ = server
    await client.listProjects({})
    expect(pathsOf(server.requests)).toEqual(['/projects'])
    expect(server.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer first',
      'backlot-tenant': exampleSession({}).tenant.tenantId,
    })
  })

  it('says that nobody is signed in without asking the server', async () => {
    await using server = await startTestServer(() => emptyList)
    const { client } = createSignedInClient({ server: server.url, sessions })
    await expect(client.listProjects({})).rejects.toMatchObject({ code: 'auth.required' })
    expect(server.requests).toEqual([])
  })

  it('exchanges an old token once for many requests at the same time', async () => {
    const { server, client } = await signedIn(
      ({ path }) => (path.endsWith('/refresh') ? { json: answeredSession('second') } : emptyList),
      90,
    )
    await using _ = server
    await Promise.all(Array.from({ length: 8 }, () => client.listProjects({})))
    expect(pathsOf(server.requests).filter((path) => path === '/auth/refresh')).toHaveLength(1)
    const used = server.requests.filter(({ path }) => path.endsWith('/projects'))
    expect(new Set(used.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer second']))
    expect(await sessions.read(server.url)).toMatchObject({
      token: 'second',
      issuedAt: minutesLater(90)().toISOString(),
    })
  })

  it('goes on with the old token when the exchange fails for another reason than the token', async () => {
    const { server, client } = await signedIn(
      ({ path }) => (path.endsWith('/refresh') ? { error: 'server.unavailable' } : emptyList),
      90,
    )
    await using _ = server
    await client.listProjects({})
    expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer first')
  })

  const failures: [ErrorCode, string][] = [
    ['auth.forbidden', 'permission'],
    ['project.not_found', 'not_found'],
    ['job.illegal_transition', 'conflict'],
    ['request.invalid', 'invalid'],
    ['request.rate_limited', 'rate_limited'],
    ['server.internal', 'server_error'],
    ['network.unreachable', 'network'],
  ]
  it.each(failures)('F2: %s is a failure of kind %s and leaves the session', async (code, kind) => {
    const { server, client } = await signedIn(() => ({ error: code }))
    await using _ = server
    await expect(client.listProjects({})).rejects.toMatchObject({ code, kind })
    expect(server.requests).toHaveLength(1)
    expect(await sessions.read(server.url)).toBeDefined()
  })

  it('F2: a 401 alone clears the session', async () => {
    const { server, client } = await signedIn(() => ({ error: 'auth.expired_token' }))
    await using _ = server
    await expect(client.listProjects({})).rejects.toMatchObject({ code: 'auth.expired_token', kind: 'auth' })
    expect(await sessions.read(server.url)).toBeUndefined()
  })

  it('F2: a server that hangs up or a proxy that answers for it is a network failure', async () => {
    const { server, client } = await signedIn(({ method }) =>
      method === 'GET' ? 'hang up' : { raw: '<h1>Bad gateway</h1>', status: 502 },
    )
    await using _ = server
    await expect(client.listProjects({})).rejects.toMatchObject({ code: 'network.unreachable', kind: 'network' })
    const created = client.createProject({ body: { name: 'A', shortId: 'a' } })
    await expect(created).rejects.toBeInstanceOf(ApiError)
    await expect(created).rejects.toMatchObject({ kind: 'network' })
    expect(await sessions.read(server.url)).toBeDefined()
  })

  it('uses the token that another process exchanged meanwhile', async () => {
    const { server, client } = await signedIn(({ headers }) => {
      if (headers.authorization === 'Bearer second') return emptyList
      void sessions.replace(server.url, 'first', exampleSession({ token: 'second' }))
      return { error: 'auth.invalid_token' }
    })
    await using _ = server
    await expect(client.listProjects({})).resolves.toEqual({ items: [] })
    expect((await sessions.read(server.url))?.token).toBe('second')
  })
})
