import { createLogger } from '@backlot/base/node/logger'
import { createClient, type Client } from '@backlot/contract/client'
import { routeList } from '@backlot/contract/routes/all'
import { createTestDatabase, type TestDatabase } from '@backlot/db/testing/test-database'
import { createIdentity, type FindAttempt, type Identity } from '@backlot/identity'
import { type AnyHandlers, createHttpServer } from '@backlot/server/http/create-server'
import { createTenancy, type Tenancy } from '@backlot/tenancy'

export const password = 'correct horse battery'
export const adminEmail = 'ada@example.org'

/** Identity and tenancy as the server composes them, behind its HTTP, on a database of its own. */
export interface TestAccess {
  test: TestDatabase
  identity: Identity
  tenancy: Tenancy
  /** A client with this token, from this address; errors are `ApiError`s. */
  client(token?: string, more?: { headers?: Record<string, string>; address?: string }): Client
  /** The same server on a port, for other programs; answers its address. */
  listen(): Promise<string>
  /** A raw request, for cookies and headers. */
  fetch: typeof fetch
  /** Moves the clock. Seconds. */
  pass(seconds: number): void
  /** Makes the first administrator with the tenant `studio`; returns the session's token. */
  setUp(): Promise<string>
  attempts: Map<string, Awaited<ReturnType<FindAttempt>>>
  close(): Promise<void>
}

export async function createTestAccess(publicUrl = 'http://backlot.test'): Promise<TestAccess> {
  const test = await createTestDatabase()
  const { database } = test
  let skipped = 0
  const clock = () => new Date(Date.now() + skipped)
  const attempts: TestAccess['attempts'] = new Map()
  const logger = createLogger({ app: 'test', level: 'silent' })
  const secrets = { workerAccessKey: Buffer.alloc(32, 7), authSecret: 'a secret of this test, long enough for it' }

  const identity: Identity = createIdentity({
    database,
    log: logger,
    clock,
    secrets,
    publicUrl: () => publicUrl,
    tenants: () => tenancy.directory,
    findAttempt: async (attemptId, fence) => attempts.get(`${attemptId}.${fence}`),
  })
  const tenancy: Tenancy = createTenancy({
    database,
    clock,
    people: () => identity.people,
    forgetUser: (userId) => identity.forgetUser(userId),
  })

  const elsewhere = () => Promise.reject(new Error('this route is not part of these tests'))
  const handlers = {
    ...Object.fromEntries(routeList.map(([id]) => [id, elsewhere])),
    ...identity.handlers,
    ...tenancy.handlers,
  } as unknown as AnyHandlers
  const server = createHttpServer({
    handlers,
    verifyCaller: identity.verifyCaller,
    limitRate: identity.limitRate,
    logger,
    metrics: { observe: () => {} },
    checkResponses: true,
  })

  const request =
    (address = '127.0.0.1'): typeof fetch =>
    async (input, init) => {
      const { statusCode, headers, payload } = await server.inject({
        method: (init?.method ?? 'GET') as 'GET',
        url: String(input).replace('http://backlot.test', ''),
        headers: init?.headers as Record<string, string>,
        remoteAddress: address,
        ...(typeof init?.body === 'string' && { payload: init.body }),
      })
      const answered = Object.entries(headers).map(([name, value]) => [name, String(value)] as [string, string])
      return new Response(statusCode === 204 ? null : payload, { status: statusCode, headers: answered })
    }

  const access: TestAccess = {
    test,
    identity,
    tenancy,
    attempts,
    listen: () => server.listen({ port: 0, host: '127.0.0.1' }),
    fetch: request(),
    client: (token, more = {}) =>
      createClient({
        server: 'http://backlot.test',
        headers: () => ({ ...(token !== undefined && { authorization: `Bearer ${token}` }), ...more.headers }),
        fetch: request(more.address),
      }),
    pass: (seconds) => (skipped += seconds * 1000),
    async setUp() {
      const token = await identity.createSetupToken()
      const tenant = { name: 'Studio', slug: 'studio' }
      const made = await access.client().setup({ body: { token, email: adminEmail, name: 'Ada', password, tenant } })
      return made.token
    },
    async close() {
      await server.close()
      await test.close()
    },
  }
  return access
}
