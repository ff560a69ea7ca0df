import { errorBody } from './error-body.ts'
import { errorTable, type ErrorCode, type FailureKind, isErrorCode } from './errors.ts'
import { apiPrefix, type BodyBytes, isBinary, type Route, type RouteInput, type RouteOutput } from './route.ts'
import { type RouteId, routes } from './routes/all.ts'

/** An error that the server answered, or `network.unreachable` when it did not. */
export class ApiError extends Error {
  readonly code: ErrorCode
  readonly kind: FailureKind
  readonly advice: string
  readonly details: Record<string, unknown>

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}, cause?: unknown) {
    super(message, { cause })
    this.name = 'ApiError'
    this.code = code
    this.kind = errorTable[code].kind
    this.advice = errorTable[code].advice
    this.details = details
  }
}

export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`; empty for the page's own server. */
  server: string
  /** Headers of every request, read anew each time: the token may change. */
  headers?: () => Record<string, string> | Promise<Record<string, string>>
  fetch?: typeof fetch
}
export interface CallOptions {
  signal?: AbortSignal
  headers?: Record<string, string>
}

export type Client = {
  [Id in RouteId]: (
    input: RouteInput<(typeof routes)[Id]>,
    options?: CallOptions,
  ) => Promise<RouteOutput<(typeof routes)[Id]>>
}

/** A typed client with one method per route: `client.showJob({ params: { jobId } })`. Throws `ApiError`. */
export function createClient(options: ClientOptions): Client {
  const methods = Object.entries(routes).map(([id, route]) => [
    id,
    (input: CallInput, call?: CallOptions) => request(options, route as Route, input, call),
  ])
  return Object.fromEntries(methods) as Client
}

interface CallInput {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
}

async function request(
  options: ClientOptions,
  route: Route,
  input: CallInput,
  call: CallOptions = {},
): Promise<unknown> {
  const url = options.server + pathOf(route, input.params ?? {}) + queryOf(input.query ?? {})
  const headers: Record<string, string> = { ...(await options.headers?.()), ...call.headers }
  const init: RequestInit & { duplex?: 'half' } = { method: route.method, headers }
  if (call.signal) init.signal = call.signal
  if (isBinary(route.body)) {
    headers['content-type'] ??= route.body.binary
    init.body = input.body as BodyBytes
    if (input.body instanceof ReadableStream) init.duplex = 'half'
  } else if (route.body !== undefined) {
    headers['content-type'] = 'application/json'
    init.body = JSON.stringify(input.body)
  }
  let response: Response
  try {
    response = await (options.fetch ?? fetch)(url, init)
  } catch (error) {
    if (call.signal?.aborted) throw error
    throw new ApiError('network.unreachable', `${options.server || 'The server'} can't be reached.`, { url }, error)
  }
  if (!response.ok) throw await readError(response)
  if (isBinary(route.response)) return response
  if (route.response === undefined) return undefined
  return route.response.parse(await response.json())
}

/** Turns any failed response into an `ApiError`, also one that a proxy in between made. */
async function readError(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  try {
    const { code, message, details } = errorBody.parse(JSON.parse(text)).error
    if (isErrorCode(code)) return new ApiError(code, message, details)
    return new ApiError('server.internal', message, { ...details, code })
  } catch {
    const code = response.status >= 502 && response.status <= 504 ? 'network.unreachable' : 'server.internal'
    return new ApiError(code, `The server answered ${response.status} without an explanation.`, {
      status: response.status,
    })
  }
}

export function pathOf(route: Route, params: Record<string, unknown>): string {
  return apiPrefix + route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])))
}

function queryOf(query: Record<string, unknown>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}
