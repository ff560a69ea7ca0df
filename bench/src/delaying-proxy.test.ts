import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, it } from 'vitest'
import { startDelayingProxy } from './delaying-proxy.ts'

it('delays both ways, keeps every byte in order, and passes the end on', async () => {
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  const target = { host: '127.0.0.1', port: (echo.address() as AddressInfo).port }
  {
    await using proxy = await startDelayingProxy(target, 20)
    const socket = connect({ host: '127.0.0.1', port: proxy.port, noDelay: true })
    await once(socket, 'connect')

    let started = performance.now()
    socket.write('opens')
    await once(socket, 'data')
    expect(performance.now() - started).toBeGreaterThanOrEqual(78)

    started = performance.now()
    socket.write('again')
    await once(socket, 'data')
    expect(performance.now() - started).toBeGreaterThanOrEqual(38)

    const sent = Buffer.from(Uint32Array.from({ length: 500_000 }, (_, index) => index).buffer)
    const received = buffer(socket)
    socket.end(sent)
    expect((await received).equals(sent)).toBe(true)
  }
  await new Promise((resolve) => echo.close(resolve))
})

it('tells a client that the server is not there', async () => {
  await using proxy = await startDelayingProxy({ host: '127.0.0.1', port: 1 }, 1)
  const socket = connect({ host: '127.0.0.1', port: proxy.port })
  socket.on('error', () => undefined)
  await expect(once(socket, 'close')).resolves.toBeDefined()
})
