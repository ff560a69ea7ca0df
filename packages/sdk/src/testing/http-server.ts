import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { errorBody } from '@backlot/contract/error-body'
import { type ErrorCode, errorTable, statusOf } from '@backlot/contract/errors'

export interface TestRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: unknown
}
export type TestAnswer = { json: unknown } | { error: ErrorCode } | { raw: string; status: number } | 'hang up'

/** A real HTTP server on 127.0.0.1 that answers as a test wants, errors in the contract's form; it keeps all requests. */
export async function startTestServer(answer: (request: TestRequest) => TestAnswer | Promise<TestAnswer>) {
  const requests: TestRequest[] = []
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://test')
      const text = Buffer.concat(chunks).toString()
      const request: TestRequest = {
        method: incoming.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: incoming.headers,
        body: text === '' ? undefined : JSON.parse(text),
      }
      requests.push(request)
      void Promise.resolve(answer(request)).then((given) => {
        if (given === 'hang up') return incoming.socket.destroy()
        if ('raw' in given) return response.writeHead(given.status).end(given.raw)
        if ('json' in given) return response.writeHead(200).end(JSON.stringify(given.json))
        const { title, advice } = errorTable[given.error]
        const body = errorBody.parse({ error: { code: given.error, message: title, advice, details: {} } })
        return response.writeHead(statusOf(given.error)).end(JSON.stringify(body))
      })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
