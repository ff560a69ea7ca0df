import { type AddressInfo, connect } from 'node:net'
import { fastify, type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cutSlowBodies } from './slow-bodies.ts'

const interval = 200
let server: FastifyInstance
beforeEach(async () => {
  server = fastify({ requestTimeout: 0 })
  cutSlowBodies(server, interval)
  server.addContentTypeParser('*', (_request, _payload, done) => done(null))
  server.post('/read', async ({ raw }) => {
    let bytes = 0
    for await (const chunk of raw) bytes += (chunk as Buffer).length
    return { bytes }
  })
  server.post('/wait', async ({ raw }) => {
    await new Promise((resolve) => setTimeout(resolve, 4 * interval))
    raw.resume()
    return {}
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => server.close())

/** What the server answers to somebody who sends `chunk` every 50 ms, `times` times. */
function send(path: string, length: number, chunk: string, times: number): Promise<string> {
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`)
  let left = times
  const timer = setInterval(() => {
    if (left-- > 0) socket.write(chunk)
  }, 50)
  let answer = ''
  socket.on('data', (data) => (answer += String(data)))
  socket.on('error', () => {})
  return new Promise((resolve) =>
    socket.on('close', () => {
      clearInterval(timer)
      resolve(answer.split('\r\n', 1)[0] ?? '')
    }),
  )
}

describe('a body', () => {
  it('that comes a byte at a time, or not any more, is cut off', async () => {
    expect(await send('/read', 1000, 'a', 1000)).toBe('HTTP/1.1 408 Request Timeout')
    expect(await send('/read', 1000, 'a'.repeat(500), 1)).toBe('HTTP/1.1 408 Request Timeout')
  })

  it('that comes slowly but steadily is taken, however long it takes', async () => {
    expect(await send('/read', 2000, 'a'.repeat(100), 20)).toBe('HTTP/1.1 200 OK')
  })

  it('that waits for the server is not cut off', async () => {
    expect(await send('/wait', 1000, 'a'.repeat(500), 2)).toBe('HTTP/1.1 200 OK')
  })
})
