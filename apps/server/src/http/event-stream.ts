import { CodedError } from '@backlot/base/errors'
import type { Caller } from '@backlot/contract/handler'
import { apiPrefix } from '@backlot/contract/route'
import { maySee } from '@backlot/hub/audience'
import type { Broker } from '@backlot/hub/broker'
import { isSubscription } from '@backlot/hub/topic-match'
import { verifyAgain } from '@backlot/hub/verify-again'
import type { FastifyInstance } from 'fastify'
import type { Proxies } from './proxies.ts'

/** A client that leaves so much unread is cut off: it connects again and loads anew. Bytes. */
const bufferLimit = 1_000_000
const keepAliveMilliseconds = 15_000

/** `GET /api/v1/events?topic=job.*.changed&topic=…`: the hub as Server-Sent Events, for clients without WebSockets. */
export function serveEventStream(
  server: FastifyInstance,
  broker: Broker,
  verifyCaller: (headers: Readonly<Record<string, string | undefined>>, address: string) => Promise<Caller>,
  { addressOf }: Pick<Proxies, 'addressOf'>,
): void {
  server.get(`${apiPrefix}/events`, async (request, reply) => {
    const headers = { ...(request.headers as Record<string, string | undefined>), 'x-request-id': request.id }
    const verify = () => verifyCaller(headers, addressOf(request.raw))
    let caller = await verify()
    if (caller.kind === 'anonymous') throw new CodedError('auth.required', 'This needs a sign-in.')
    const { topic = [] } = request.query as { topic?: string | string[] }
    const topics = [topic].flat()
    const wrong = topics.find((pattern) => !isSubscription(pattern))
    if (topics.length === 0 || wrong !== undefined)
      throw new CodedError('request.invalid', `query.topic: "${wrong ?? ''}" is not a topic or a pattern of topics.`)

    reply.hijack()
    const stream = reply.raw
    if (stream.destroyed) return // it went away meanwhile: `close` has been
    stream.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': request.id,
    })
    stream.write(': welcome\n\n')
    const subscriber = {
      maySee: (audience: Parameters<typeof maySee>[1]) => maySee(caller, audience),
      deliver(name: string, payload: string) {
        if (stream.writableLength > bufferLimit) stream.destroy()
        else stream.write(`event: ${name}\ndata: ${payload}\n\n`)
      },
    }
    const subscriptions = topics.map((pattern) => broker.subscribe(pattern, subscriber))
    const keepAlive = setInterval(async () => {
      stream.write(': still here\n\n')
      const now = await verifyAgain(caller, verify)
      if (now === undefined) stream.end()
      else caller = now
    }, keepAliveMilliseconds)
    stream.on('close', () => {
      clearInterval(keepAlive)
      for (const subscription of subscriptions) subscription[Symbol.dispose]()
    })
  })
}
