import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface CuttingProxy extends AsyncDisposable {
  port: number
  /** `reset` breaks every connection and refuses new ones; `silent` lets nothing through and says nothing, until `heal`. */
  cut: (how: 'reset' | 'silent') => void
  heal: () => void
}

/** A TCP proxy on loopback: a network that can be cut. What waited in a silent cut goes on, late, once it is healed. */
export async function startCuttingProxy(target: { host: string; port: number }): Promise<CuttingProxy> {
  let state: 'whole' | 'reset' | 'silent' = 'whole'
  const pairs = new Set<[Socket, Socket]>()
  const flow = (near: Socket, far: Socket) => {
    near.pipe(far)
    far.pipe(near)
  }
  const server = createServer({ pauseOnConnect: true }, (near) => {
    if (state === 'reset') return void near.resetAndDestroy()
    const far = connect(target)
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    for (const socket of pair) {
      socket
        .on('error', () => undefined)
        .once('close', () => {
          pairs.delete(pair)
          near.destroy()
          far.destroy()
        })
    }
    if (state === 'whole') flow(near, far)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const breakAll = () => {
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.resetAndDestroy()
    }
  }
  return {
    port: (server.address() as AddressInfo).port,
    cut(how) {
      state = how
      if (how === 'reset') return breakAll()
      for (const [near, far] of pairs) {
        near.unpipe(far).pause()
        far.unpipe(near).pause()
      }
    },
    heal() {
      if (state === 'silent') for (const [near, far] of pairs) flow(near, far)
      state = 'whole'
    },
    async [Symbol.asyncDispose]() {
      breakAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
