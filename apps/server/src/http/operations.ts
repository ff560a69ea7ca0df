import { createHash, timingSafeEqual } from 'node:crypto'
import { CodedError } from '@backlot/base/errors'
import type { readiness } from '@backlot/contract/schemas/system'
import { openApi } from '@backlot/contract/generate/openapi'
import { apiPrefix } from '@backlot/contract/route'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import version from '../../package.json' with { type: 'json' }
import type { Metrics } from './metrics.ts'

export interface Operations {
  readiness: () => Promise<z.input<typeof readiness>>
  metrics: Pick<Metrics, 'text'>
  /** Absent: nobody may see the metrics. */
  metricsToken: string | undefined
}

/**
 * What operators and orchestrators ask: alive, ready, metrics, and the API's description. Probes have no token, so they
 * hear yes or no; how busy an installation is and what runs in it is for its operators.
 */
export function serveOperations(server: FastifyInstance, { readiness, metrics, metricsToken }: Operations): void {
  server.get('/healthz', (_request, reply) => reply.type('text/plain').send('ok\n'))
  server.get('/readyz', async (_request, reply) => {
    const { ready } = await readiness()
    return reply.code(ready ? 200 : 503).send({ ready })
  })
  server.get('/metrics', async (request, reply) => {
    if (metricsToken === undefined)
      throw new CodedError('request.route_not_found', 'Metrics are off: set BACKLOT_METRICS_TOKEN.')
    const given = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (given === undefined)
      throw new CodedError('auth.required', 'Metrics need BACKLOT_METRICS_TOKEN as a bearer token.')
    if (!isEqual(given, metricsToken))
      throw new CodedError('auth.invalid_token', 'This is not the token of the metrics.')
    return reply.type('text/plain; version=0.0.4').send(await metrics.text())
  })
  let description: string | undefined // made when somebody asks: it costs 50 ms
  server.get(`${apiPrefix}/openapi.json`, (_request, reply) =>
    reply.type('application/json').send((description ??= JSON.stringify(openApi(version.version)))),
  )
}

/** Takes as long for a token that begins right. */
function isEqual(given: string, wanted: string): boolean {
  const [one, other] = [given, wanted].map((text) => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(one, other)
}
