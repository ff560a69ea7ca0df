import { createLogger } from '@backlot/base/node/logger'
import { routeList } from '@backlot/contract/routes/all'
import { describe, expect, it } from 'vitest'
import { type AnyHandlers, createHttpServer } from './create-server.ts'
import { serveOperations } from './operations.ts'

const token = 'a-token-of-sixteen-or-more'
function serve(metricsToken: string | undefined, ready = true) {
  const server = createHttpServer({
    handlers: Object.fromEntries(routeList.map(([id]) => [id, async () => ({})])) as AnyHandlers,
    verifyCaller: async () => ({ kind: 'anonymous' }),
    limitRate: () => {},
    logger: createLogger({ app: 'test', level: 'silent' }),
    metrics: { observe: () => {} },
  })
  serveOperations(server, {
    readiness: async () => ({ ready, checks: [{ name: 'database', ok: ready, detail: 'PostgreSQL 18.4' }] }),
    metrics: { text: async () => 'backlot_jobs 7\n' },
    metricsToken,
  })
  return async (url: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization }
    const { statusCode, payload } = await server.inject({ method: 'GET', url, headers })
    return { statusCode, payload }
  }
}

describe('what operators ask', () => {
  it('tells strangers whether it lives and is ready, and nothing else', async () => {
    expect(await serve(undefined)('/healthz')).toEqual({ statusCode: 200, payload: 'ok\n' })
    expect(await serve(undefined)('/readyz')).toEqual({ statusCode: 200, payload: '{"ready":true}' })
    expect(await serve(undefined, false)('/readyz')).toEqual({ statusCode: 503, payload: '{"ready":false}' })
  })

  it('shows metrics to who has their token, and to nobody while there is none', async () => {
    expect(await serve(undefined)('/metrics')).toMatchObject({ statusCode: 404 })
    expect(await serve(undefined)('/metrics', 'Bearer undefined')).toMatchObject({ statusCode: 404 })
    const get = serve(token)
    for (const wrong of [undefined, `Basic ${token}`, `Bearer ${token}x`, 'Bearer x'])
      expect(await get('/metrics', wrong)).toMatchObject({ statusCode: 401 })
    expect(await get('/metrics', `Bearer ${token}`)).toEqual({ statusCode: 200, payload: 'backlot_jobs 7\n' })
  })
})
