import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ErrorCode, errorTable, statusOf } from '@backlot/contract/errors'
import { apiPrefix, isBinary, type Route } from '@backlot/contract/route'
import { type RouteId, routeList } from '@backlot/contract/routes/all'
import type { AttemptResult, FinishedFrame, Lease } from '@backlot/contract/schemas/farm'
import { packMediaType } from '@backlot/contract/schemas/storage'
import { packHeadBytes, packSize, placeInPack } from '@backlot/transfer/pack-format'
import type { z } from 'zod'

export interface Call {
  id: RouteId
  at: number
  body: unknown
  attempt: string | undefined
}
interface Input {
  params: Record<string, string>
  body: unknown
  bytes: Buffer
  request: IncomingMessage
}
/** What a test makes of a call: an error, a broken connection, or (undefined) the usual answer. */
export type Fault = ErrorCode | 'hang up' | undefined

const workerId = crypto.randomUUID()

/**
 * The worker's side of the API, in memory, for faults that the real server can't be made to show. Every body and every
 * answer is checked against the contract, so that it can't drift from it.
 */
export class FarmServer {
  readonly blobs = new Map<string, Buffer>()
  readonly trees = new Map<string, { path: string; sha256: string; size: number }[]>()
  readonly uploads = new Map<string, { sha256: string; size: number; parts: Map<number, Buffer> }>()
  readonly calls: Call[] = []
  readonly frames: FinishedFrame[] = []
  readonly outputs: { kind: string; name: string; sha256: string }[] = []
  readonly results: AttemptResult[] = []
  readonly logs: string[] = []
  readonly problems: string[] = []
  /** Attempts that the next renewal takes back. */
  readonly toDrop = new Set<string>()
  queue: Lease[] = []
  fault: (id: RouteId, body: unknown) => Fault = () => undefined
  /** Waited for when a request has come, before anything is answered. */
  before: (id: RouteId) => unknown = () => undefined
  /** Before every answer. Milliseconds. */
  delay = 0
  token = 'access-1'
  /** Oldest first. */
  credentials: string[] = []
  #server: Server | undefined
  #port = 0

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async listen(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response))
    this.#server = server
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
    return this
  }

  /** As when the server is killed; `listen` brings it back on the same port. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    server?.closeAllConnections()
    await new Promise<void>((resolve) => (server === undefined ? resolve() : server.close(() => resolve())))
  }

  put(bytes: Buffer): { sha256: string; size: number } {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    this.blobs.set(sha256, bytes)
    return { sha256, size: bytes.length }
  }

  count(id: RouteId): number {
    return this.calls.filter((call) => call.id === id).length
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return
    }
    if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay))
    const bytes = Buffer.concat(chunks)
    const url = new URL(request.url ?? '/', 'http://farm')
    const found = match(request.method ?? '', url.pathname)
    if (found === undefined) return fail(response, 'request.route_not_found')
    const { id, route, params } = found
    let body: unknown
    if (route.body !== undefined && !isBinary(route.body)) {
      const parsed = (route.body as z.ZodType).safeParse(JSON.parse(bytes.toString()))
      if (!parsed.success) {
        this.problems.push(`${id}: ${parsed.error.message}`)
        return fail(response, 'request.invalid')
      }
      body = parsed.data
    }
    this.calls.push({ id, at: performance.now(), body, attempt: header(request, 'backlot-attempt') })
    await this.before(id)
    const fault = this.fault(id, body)
    if (fault === 'hang up') return void request.socket.destroy()
    if (fault !== undefined) return fail(response, fault)
    if (route.access !== 'public' && header(request, 'authorization') !== `Bearer ${this.token}`)
      return fail(response, 'auth.expired_token')
    const answer = this.#answer(id, { params, body, bytes, request }, response)
    if (answer === 'sent') return
    if (typeof answer === 'string') return fail(response, answer as ErrorCode)
    if (route.response === undefined) return void response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify((route.response as z.ZodType).parse(answer)))
  }

  #answer(id: RouteId, { params, body, bytes, request }: Input, response: ServerResponse): unknown {
    switch (id) {
      case 'enrolWorker':
      case 'rotateCredential':
        return { workerId, credential: this.#issue() }
      case 'workerToken':
        if (!this.#use((body as { credential: string }).credential)) return 'auth.worker_token_invalid'
        return { token: this.token, expiresAt: new Date(Date.now() + 900_000).toISOString() }
      case 'lease':
        return { leases: this.queue.splice(0, (body as { slots: number }).slots) }
      case 'renew': {
        const drop = [...this.toDrop]
        this.toDrop.clear()
        return { drop }
      }
      case 'frameDone':
        if (!this.blobs.has((body as FinishedFrame).sha256)) return 'blob.not_found'
        this.frames.push(body as FinishedFrame)
        return undefined
      case 'outputDone':
        this.outputs.push(body as (typeof this.outputs)[number])
        return undefined
      case 'finish': {
        const { attemptId, fence, frames } = body as AttemptResult
        if (frames.some(({ sha256 }) => !this.blobs.has(sha256))) return 'blob.not_found'
        this.frames.push(...frames.map((frame) => ({ ...frame, attemptId, fence })))
        this.results.push(body as AttemptResult)
        return { leases: this.queue.splice(0, (body as AttemptResult).slots) }
      }
      case 'attemptLogs':
        this.logs.push(...(body as { lines: { text: string }[] }).lines.map(({ text }) => text))
        return undefined
      case 'readTree': {
        const entries = this.trees.get(params.treeId ?? '')
        return entries === undefined ? 'tree.not_found' : { treeId: params.treeId, entries }
      }
      case 'readBlob': {
        const blob = this.blobs.get(params.sha256 ?? '')
        if (blob === undefined) return 'blob.not_found'
        const from = Number(/^bytes=(\d+)-$/.exec(header(request, 'range') ?? '')?.[1] ?? 0)
        response.writeHead(from > 0 ? 206 : 200, { 'content-type': 'application/octet-stream' })
        response.end(blob.subarray(from))
        return 'sent'
      }
      case 'readPack':
        response.writeHead(200, { 'content-type': packMediaType })
        response.end(this.#makePack((body as { hashes: string[] }).hashes))
        return 'sent'
      case 'missingBlobs': {
        const { blobs } = body as { blobs: { sha256: string }[] }
        return { missing: blobs.map(({ sha256 }) => sha256).filter((sha256) => !this.blobs.has(sha256)) }
      }
      case 'putPack':
        return header(request, 'content-type') === packMediaType ? this.#takePack(bytes) : 'request.invalid'
      case 'beginUpload': {
        const { sha256, size } = body as { sha256: string; size: number }
        const uploadId = crypto.randomUUID()
        this.uploads.set(uploadId, { sha256, size, parts: new Map() })
        return { uploadId, sha256, size, partSize: 16_777_216, received: [] }
      }
      case 'putPart':
        this.uploads.get(params.uploadId ?? '')?.parts.set(Number(params.part), bytes)
        return undefined
      case 'completeUpload': {
        const parts = this.uploads.get(params.uploadId ?? '')?.parts ?? new Map<number, Buffer>()
        return this.put(Buffer.concat([...parts].toSorted(([a], [b]) => a - b).map(([, part]) => part)))
      }
      default:
        return undefined
    }
  }

  #issue(): string {
    const credential = `bkc_test_${crypto.randomUUID()}`
    this.credentials.push(credential)
    return credential
  }

  /** The use of a credential ends the older ones. */
  #use(credential: string): boolean {
    const index = this.credentials.indexOf(credential)
    if (index > 0) this.credentials.splice(0, index)
    return index >= 0
  }

  /** Those of the blobs that are there. */
  #makePack(hashes: readonly string[]): Buffer {
    const found = hashes.flatMap((sha256) => {
      const bytes = this.blobs.get(sha256)
      return bytes === undefined ? [] : [{ sha256, size: bytes.length, bytes }]
    })
    const pack = Buffer.alloc(packSize(found))
    let at = 0
    for (const { sha256, size, bytes } of found) {
      placeInPack(pack, at, { sha256, size }).set(bytes)
      at += packHeadBytes + size
    }
    return pack
  }

  #takePack(pack: Buffer): unknown {
    let stored = 0
    for (let at = 0; at < pack.length; stored++) {
      const size = pack.readUInt32BE(at + 32)
      const blob = this.put(pack.subarray(at + 36, at + 36 + size))
      if (blob.sha256 !== pack.toString('hex', at, at + 32)) this.problems.push('a pack has a wrong hash')
      at += 36 + size
    }
    return { stored, bytes: pack.length, rejected: [] }
  }
}

const patterns = routeList.map(([id, route]) => ({
  id,
  route,
  pattern: new RegExp(`^${apiPrefix}${route.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}))

function match(
  method: string,
  path: string,
): { id: RouteId; route: Route; params: Record<string, string> } | undefined {
  for (const { id, route, pattern } of patterns) {
    const found = route.method === method ? pattern.exec(path) : null
    if (found !== null) return { id, route, params: { ...found.groups } }
  }
  return undefined
}

function header(request: IncomingMessage, name: string): string | undefined {
  return request.headers[name] as string | undefined
}

function fail(response: ServerResponse, code: ErrorCode): void {
  const { title, advice } = errorTable[code]
  response.writeHead(statusOf(code), { 'content-type': 'application/json' })
  response.end(JSON.stringify({ error: { code, message: title, advice, details: {} } }))
}
