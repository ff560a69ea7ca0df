import { readiness } from '@backlot/contract/schemas/system'
import { openApi } from '@backlot/contract/generate/openapi'
import { apiPrefix } from '@backlot/contract/route'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import version from '../../package.json' with { type: 'json' }
import type { Metrics } from './metrics.ts'

export interface Operations {
  readiness: () => Promise<z.input<typeof readiness>>
  metrics: Metrics
}

/** What operators and orchestrators ask: alive, ready, metrics, and the API's description. */
export function serveOperations(server: FastifyInstance, { readiness, metrics }: Operations): void {
  server.get('/healthz', (_request, reply) => reply.type('text/plain').send('ok\n'))
  server.get('/readyz', async (_request, reply) => {
    const state = await readiness()
    return reply.code(state.ready ? 200 : 503).send(state)
  })
  server.get('/metrics', async (_request, reply) => reply.type('text/plain; version=0.0.4').send(await metrics.text()))
  let description: string | undefined // made when somebody asks: it costs 50 ms
  server.get(`${apiPrefix}/openapi.json`, (_request, reply) =>
    reply.type('application/json').send((description ??= JSON.stringify(openApi(version.version)))),
  )
}
