import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import { CodedError } from '@backlot/base/errors'
import { networkOf } from '@backlot/base/network-of'
import type { Logger } from '@backlot/base/node/logger'
import { describeError } from '@backlot/contract/error-body'
import type { BinaryResponse, Caller, RequestContext } from '@backlot/contract/handler'
import { apiPrefix, isBinary, type Route } from '@backlot/contract/route'
import { routeList } from '@backlot/contract/routes/all'
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { authorize } from './authorize.ts'
import { createCheck } from './check-input.ts'
import type { RequestMetrics } from './metrics.ts'
import { type IsOwnOrigin, ownOrigin, refuseForeignOrigin } from './origin.ts'
import { type Proxies, trustProxies } from './proxies.ts'
import { cutSlowBodies } from './slow-bodies.ts'

/** Handlers of all routes by operation id. Each module's `Handlers<…>` types its own; here they are alike. */
export type AnyHandlers = Record<
  string,
  (input: { params: unknown; query: unknown; body: unknown }, context: RequestContext) => Promise<unknown>
>

export interface HttpOptions {
  handlers: AnyHandlers
  /** Who makes a request. Throws `auth.*` when a token is given and not valid. */
  verifyCaller: (headers: Readonly<Record<string, string | undefined>>, address: string) => Promise<Caller>
  /** Counts a call; throws `request.rate_limited` when there were too many. */
  limitRate: (key: string, perMinute: number) => void
  logger: Logger
  metrics: RequestMetrics
  /** Default: believe no proxy. */
  proxies?: Proxies
  /** Default: pages of the host that was asked for. */
  isOwnOrigin?: IsOwnOrigin
  /** Answers must fit the contract too. Tests switch it on; it costs a parse of every answer. */
  checkResponses?: boolean
}

const jsonBodyLimit = 1_048_576
/** Strangers send e-mails and passwords, and a worker what it can do: a thousand of them must not fill the memory. */
const publicBodyLimit = 65_536
/** Strangers have so long to send what they were refused. Milliseconds. */
const discardTime = 5000

/** An HTTP server that serves every route of the contract, and nothing else yet. */
export function createHttpServer(options: HttpOptions): FastifyInstance {
  const server = fastify({
    logger: false,
    genReqId: (request) => acceptableId(request.headers['x-request-id']) ?? randomUUID(),
    bodyLimit: jsonBodyLimit,
    // Uploads of large parts over slow lines take longer than any one limit; `cutSlowBodies` asks for a rate instead.
    requestTimeout: 0,
    http: { headersTimeout: 20_000, connectionsCheckingInterval: 5000 },
    keepAliveTimeout: 65_000,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 256 },
    frameworkErrors: (thrown, request, reply) => void answerError(thrown, request, reply, options.logger),
  })
  cutSlowBodies(server)
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, text, done) => {
    try {
      done(null, text === '' ? undefined : JSON.parse(text as string))
    } catch (cause) {
      done(new CodedError('request.invalid', 'The body is not valid JSON.', { cause }))
    }
  })
  // Any other body stays a stream that the handler of a binary route reads.
  server.addContentTypeParser('*', (_request, _payload, done) => done(null))

  server.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    // Answers hold tokens and the data of one person: no proxy and no back button may keep them, unless a route says so.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
  server.setErrorHandler((thrown, request, reply) => answerError(thrown, request, reply, options.logger))
  server.setNotFoundHandler((request, reply) =>
    answerError(
      new CodedError('request.route_not_found', `There is no ${request.method} ${request.url}.`),
      request,
      reply,
      options.logger,
    ),
  )
  for (const [id, route] of routeList) addRoute(server, id, route, options)
  return server
}

function addRoute(server: FastifyInstance, id: string, route: Route, options: HttpOptions): void {
  const handler = options.handlers[id]
  if (handler === undefined) throw new Error(`The route ${id} has no handler.`)
  const binary = isBinary(route.body)
  const jsonLimit = route.access === 'public' ? publicBodyLimit : jsonBodyLimit
  const bodyLimit = binary ? Number.MAX_SAFE_INTEGER : (route.bodyLimit ?? jsonLimit)
  const { addressOf } = options.proxies ?? trustProxies([])
  const checkParams = createCheck(route.params, 'path')
  const checkQuery = createCheck(route.query, 'query')
  const checkBody = createCheck(binary ? undefined : (route.body as z.ZodType | undefined), 'body')
  const callers = new WeakMap<FastifyRequest, Caller>()
  server.route({
    method: route.method === 'GET' && isBinary(route.response) ? ['GET', 'HEAD'] : route.method,
    url: apiPrefix + route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit,
    // Before the body is read: who may send nothing gets none of it into memory.
    onRequest: async (request) => {
      try {
        callers.set(request, await admit(id, route, request, options))
      } catch (error) {
        if (route.body !== undefined && !binary) await discardBody(request, bodyLimit)
        throw error
      }
    },
    onSend: async (_request, reply) => {
      options.metrics.observe(id, reply.statusCode, reply.elapsedTime / 1000)
    },
    handler: async (request, reply) => {
      const headers = headersOf(request)
      const input = {
        params: await checkParams(request.params),
        query: await checkQuery(request.query),
        body: await checkBody(request.body),
      }
      const result = await handler(input, {
        caller: callers.get(request) as Caller,
        requestId: request.id,
        address: addressOf(request.raw),
        userAgent: headers['user-agent'] ?? '',
        headers,
        bytes: request.raw,
        setHeader: (name, value) => void reply.header(name, value),
      })
      if (isBinary(route.response)) return await sendBinary(request, reply, result as BinaryResponse)
      if (route.response === undefined) return await reply.code(204).send()
      return await reply
        .type('application/json')
        .send(JSON.stringify(options.checkResponses ? route.response.parse(result) : result))
    },
  })
}

/** Who makes the request; throws unless this person or program may make it now. */
async function admit(id: string, route: Route, request: FastifyRequest, options: HttpOptions): Promise<Caller> {
  const proxies = options.proxies ?? trustProxies([])
  const address = proxies.addressOf(request.raw)
  if (route.ratePerMinute !== undefined && route.access === 'public')
    options.limitRate(`${id} ${networkOf(address)}`, route.ratePerMinute)
  const caller = await options.verifyCaller({ ...headersOf(request), 'x-request-id': request.id }, address)
  refuseForeignOrigin(request.method, request.raw, options.isOwnOrigin ?? ownOrigin(undefined, proxies))
  authorize(route.access, caller)
  if (route.ratePerMinute !== undefined && caller.kind === 'person')
    options.limitRate(`${id} ${caller.userId}`, route.ratePerMinute)
  return caller
}

/** Reads what a refused client still sends, so that it hears why instead of seeing a broken connection. */
async function discardBody({ raw }: FastifyRequest, limit: number): Promise<void> {
  const until = Date.now() + discardTime
  let seen = 0
  try {
    for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
      seen += (chunk as Buffer).length
      if (seen > limit || Date.now() > until) return
    }
  } catch {
    // The client is gone: nobody to tell.
  }
}

function headersOf(request: FastifyRequest): Record<string, string | undefined> {
  return request.headers as Record<string, string | undefined>
}

function sendBinary(
  request: FastifyRequest,
  reply: FastifyReply,
  { status, headers, content }: BinaryResponse,
): FastifyReply {
  reply.code(status).headers(headers)
  if (request.method !== 'HEAD') return reply.send(content)
  // Only the headers are wanted: what would be read is not.
  if (content instanceof Readable) content.destroy()
  return reply.send()
}

function answerError(thrown: unknown, request: FastifyRequest, reply: FastifyReply, logger: Logger): FastifyReply {
  const { status, body, kind } = describeError(fromFastify(thrown))
  const fields = { requestId: request.id, method: request.method, url: request.url, code: body.error.code }
  if (kind === 'server_error') {
    logger.error({ ...fields, err: thrown }, 'request failed')
    body.error.details = { ...body.error.details, requestId: request.id }
  } else logger.debug(fields, body.error.message)
  const wait = body.error.details.retryAfterSeconds
  if (typeof wait === 'number') reply.header('retry-after', String(Math.ceil(wait)))
  // The client may still be sending: what it sends now is read by nobody, so the connection can't serve another request.
  if (!request.raw.complete) reply.header('connection', 'close')
  return reply.code(status).type('application/json').send(JSON.stringify(body))
}

function fromFastify(thrown: unknown): unknown {
  const { code } = thrown as { code?: unknown }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new CodedError('request.too_large', 'The body is too large.', { cause: thrown })
  if (typeof code === 'string' && code.startsWith('FST_ERR_CTP'))
    return new CodedError('request.invalid', (thrown as Error).message, { cause: thrown })
  if (code === 'FST_ERR_BAD_URL' || code === 'FST_ERR_MAX_PARAM_LENGTH')
    return new CodedError('request.route_not_found', 'The address is malformed.', { cause: thrown })
  return thrown
}

/** A caller's own id is kept when it can't do harm in a log. */
function acceptableId(id: unknown): string | undefined {
  return typeof id === 'string' && /^[A-Za-z0-9_-]{8,64}$/.test(id) ? id : undefined
}
