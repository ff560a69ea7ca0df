import { createLogger } from '@backlot/base/node/logger'
import { CodedError } from '@backlot/base/errors'
import { apiPrefix } from '@backlot/contract/route'
import { routeList } from '@backlot/contract/routes/all'
import { afterEach, describe, expect, it } from 'vitest'
import { type AnyHandlers, createHttpServer } from './create-server.ts'

const observed: [string, number][] = []
const server = createHttpServer({
  handlers: Object.fromEntries(routeList.map(([id]) => [id, async () => ({})])) as AnyHandlers,
  verifyCaller: async ({ authorization }) => {
    if (authorization !== undefined) throw new CodedError('auth.expired_token', 'It has expired.')
    return { kind: 'anonymous' }
  },
  limitRate: () => {},
  logger: createLogger({ app: 'test', level: 'silent' }),
  metrics: { observe: (operation, status) => observed.push([operation, status]) },
})
afterEach(() => observed.splice(0))

describe('a request', () => {
  it('is refused before its body is read into memory: 64 MB of a stranger would stand there', async () => {
    const post = (headers: Record<string, string>) =>
      server.inject({
        method: 'POST',
        url: `${apiPrefix}/trees`,
        headers: { 'content-type': 'application/json', ...headers },
        payload: '{ this is no JSON, which nobody finds out',
      })
    expect((await post({})).json()).toMatchObject({ error: { code: 'auth.required' } })
    expect((await post({ authorization: 'Bearer x' })).json()).toMatchObject({ error: { code: 'auth.expired_token' } })
  })

  it('is counted with the status of its answer, also when it failed', async () => {
    await server.inject({ method: 'GET', url: `${apiPrefix}/jobs` })
    await server.inject({ method: 'GET', url: `${apiPrefix}/info` })
    expect(observed).toEqual([
      ['listJobs', 401],
      ['info', 200],
    ])
  })
})
