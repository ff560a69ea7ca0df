import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { HttpLine } from './http-line.ts'

it('carries requests one after the other over one connection', async () => {
  let connections = 0
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.statusCode = request.url === '/empty' ? 204 : 200
      response.end(request.url === '/empty' ? undefined : JSON.stringify({ body, token: request.headers.token }))
    })
  })
  server.on('connection', () => connections++)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const line = new HttpLine({ host: '127.0.0.1', port, localAddress: '127.0.0.1' })

  const big = 'x'.repeat(300_000)
  expect(JSON.parse((await line.post('/', big, 'token: t\r\n')).body)).toEqual({ body: `"${big}"`, token: 't' })
  expect(await line.post('/empty', {})).toEqual({ status: 204, body: '' })
  expect(connections).toBe(1)

  const broken = line.post('/', {})
  server.closeAllConnections()
  await expect(broken).rejects.toThrow(/closed|ECONNRESET/)
  line.close()
  await new Promise((resolve) => server.close(resolve))
})
