import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { expect, it } from 'vitest'
import { startCuttingProxy } from './cutting-proxy.ts'

/** `once` would reject with the error that comes before. */
const closed = (socket: Socket) => new Promise<void>((resolve) => socket.once('close', () => resolve()))

it('lets through, holds back what comes in a silent cut, breaks and refuses in a reset', async () => {
  const echo = createServer((socket) => void socket.on('error', () => undefined).pipe(socket))
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve))
  const target = { host: '127.0.0.1', port: (echo.address() as AddressInfo).port }
  await using proxy = await startCuttingProxy(target)
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8')
  socket.on('error', () => undefined)
  const answers: string[] = []
  socket.on('data', (text: string) => answers.push(text))
  socket.write('one')
  await once(socket, 'data')

  proxy.cut('silent')
  socket.write('two')
  // Another connection, straight to the other end, is answered: the one through the cut would have been by now.
  const straight = connect(target.port, target.host)
  straight.write('x')
  await once(straight, 'data')
  straight.destroy()
  expect(answers).toEqual(['one'])
  proxy.heal()
  await once(socket, 'data')
  expect(answers).toEqual(['one', 'two'])

  proxy.cut('reset')
  await closed(socket)
  const refused = connect(proxy.port, '127.0.0.1').on('error', () => undefined)
  await closed(refused)
  proxy.heal()
  const again = connect(proxy.port, '127.0.0.1')
  again.write('three')
  expect(String((await once(again, 'data'))[0])).toBe('three')
  again.destroy()
  echo.close()
})
