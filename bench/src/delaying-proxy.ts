import { connect, createServer, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

export interface DelayingProxy extends AsyncDisposable {
  port: number
}

/**
 * A TCP proxy on loopback that hands every byte on so many milliseconds later, each way: a far server, with a line that
 * is never full. As on a real line, a connection takes a round trip to open before it carries anything.
 */
export async function startDelayingProxy(
  target: { host: string; port: number },
  oneWay: number,
): Promise<DelayingProxy> {
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true, noDelay: true, pauseOnConnect: true }, (near) => {
    const far = connect({ ...target, allowHalfOpen: true, noDelay: true })
    for (const socket of [near, far]) {
      open.add(socket)
      // One side that breaks off breaks the other.
      socket
        .on('error', () => undefined)
        .once('close', () => {
          open.delete(socket)
          setTimeout(() => (socket === near ? far : near).destroy(), oneWay)
        })
    }
    setTimeout(() => {
      delay(near, far, oneWay)
      delay(far, near, oneWay)
      near.resume()
    }, 2 * oneWay)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Timers of one length run in the order in which they were set, so that bytes do not overtake each other. */
function delay(from: Socket, to: Socket, milliseconds: number): void {
  from.on('data', (chunk) => {
    setTimeout(() => {
      if (to.write(chunk) || from.isPaused()) return
      from.pause()
      to.once('drain', () => from.resume())
    }, milliseconds)
  })
  from.once('end', () => setTimeout(() => to.end(), milliseconds))
}
