import { createServer } from 'node:http'
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net'
import { CodedError } from '@backlot/base/errors'
import type { Caller, Person } from '@backlot/contract/handler'
import { afterEach, describe, expect, it } from 'vitest'
import { Broker } from '../broker.ts'
import { connectHub, type HubConnection, type HubEvent } from '../client.ts'
import { type HubServerOptions, serveHub } from './websocket-server.ts'

const person = (tenantId: string, role: Person['role'] = 'artist'): Person => ({
  kind: 'person',
  userId: `user of ${tenantId}`,
  name: 'A',
  email: 'a@example.org',
  tenantId,
  role,
  via: 'session',
  tokenId: 't',
})

const running: (() => void)[] = []
afterEach(() => running.splice(0).forEach((stop) => stop()))

async function start(
  port = 0,
  more: Partial<HubServerOptions> = {},
): Promise<{ broker: Broker; url: string; port: number; stop: () => Promise<void> }> {
  const broker = new Broker()
  const server = createServer()
  const hub = serveHub(server, {
    broker,
    path: '/hub',
    authenticate: () => Promise.resolve<Caller>({ kind: 'anonymous' }),
    authenticateToken: (token) =>
      token === 'bad' ? Promise.reject(new CodedError('auth.invalid_token', 'No.')) : Promise.resolve(person(token)),
    isTrustedOrigin: ({ headers }) => headers.origin === undefined,
    ...more,
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const { port: bound } = server.address() as AddressInfo
  const stop = () =>
    new Promise<void>((resolve) => {
      hub.close()
      server.close(() => resolve())
      server.closeAllConnections()
    })
  running.push(() => void stop())
  return { broker, url: `ws://127.0.0.1:${bound}/hub`, port: bound, stop }
}

function connect(url: string, token: string): HubConnection {
  const hub = connectHub({ url, token: () => token })
  running.push(hub.close)
  return hub
}

const until = (hub: HubConnection, wanted: string) =>
  new Promise<void>((resolve) => {
    const stop = hub.onState((state) => {
      if (state !== wanted) return
      stop()
      resolve()
    })
  })

describe('the hub over a WebSocket', () => {
  it('delivers what the subscriber may see, and nothing of another tenant', async () => {
    const { broker, url } = await start()
    const hub = connect(url, 'mine')
    const got: HubEvent[] = []
    const first = new Promise<void>((resolve) =>
      hub.subscribe('job.>', (event) => (got.push(event), event.topic.endsWith('last') && resolve())),
    )
    await until(hub, 'online')
    await new Promise((resolve) => setTimeout(resolve, 50))
    broker.publish({ tenantId: 'other' }, 'job.1.changed', 'secret')
    broker.publish({ tenantId: 'mine', ownerId: 'somebody else' }, 'job.2.changed', 'not my own')
    broker.publish({ tenantId: 'mine' }, 'job.3.last', { n: 1 })
    await first
    expect(got.map(({ topic, payload }) => ({ topic, payload }))).toEqual([{ topic: 'job.3.last', payload: { n: 1 } }])
  })

  it('says so when a token is refused', async () => {
    const { url } = await start()
    await expect(until(connect(url, 'bad'), 'refused')).resolves.toBeUndefined()
  })

  it('reconnects, subscribes again and tells that events may be lost', async () => {
    const first = await start()
    const hub = connect(first.url, 'mine')
    const got: unknown[] = []
    hub.subscribe('a', ({ payload }) => got.push(payload))
    await until(hub, 'online')
    const lagged = until(hub, 'lagged')
    await first.stop()
    const second = await start(first.port)
    await lagged
    await new Promise((resolve) => setTimeout(resolve, 50))
    second.broker.publish({ tenantId: 'mine' }, 'a', 'again')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(got).toEqual(['again'])
  })

  it('ends with the sign-in: what was revoked receives nothing more', async () => {
    let revoked = false
    const authenticateToken = (token: string) =>
      revoked ? Promise.reject(new CodedError('auth.invalid_token', 'It was revoked.')) : Promise.resolve(person(token))
    const { broker, url } = await start(0, { authenticateToken, verifyInterval: 20 })
    const hub = connect(url, 'mine')
    const got: unknown[] = []
    hub.subscribe('a', ({ payload }) => got.push(payload))
    await until(hub, 'online')
    const refused = until(hub, 'refused')
    revoked = true
    await refused
    broker.publish({ tenantId: 'mine' }, 'a', 'secret')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(got).toEqual([])
  })

  it('goes on while nobody can say whether the sign-in is good, and with the rights of now', async () => {
    let answer: () => Promise<Caller> = () => Promise.resolve(person('mine', 'project_manager'))
    const { broker, url } = await start(0, { authenticateToken: () => answer(), verifyInterval: 20 })
    const hub = connect(url, 'mine')
    const got: unknown[] = []
    hub.subscribe('a', ({ payload }) => got.push(payload))
    await until(hub, 'online')
    answer = () => Promise.reject(new CodedError('server.unavailable', 'The database restarts.'))
    await new Promise((resolve) => setTimeout(resolve, 60))
    broker.publish({ tenantId: 'mine', ownerId: 'another' }, 'a', 'as a project manager')
    answer = () => Promise.resolve(person('mine', 'artist'))
    await new Promise((resolve) => setTimeout(resolve, 60))
    broker.publish({ tenantId: 'mine', ownerId: 'another' }, 'a', 'as an artist')
    broker.publish({ tenantId: 'mine' }, 'a', 'of the tenant')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(got).toEqual(['as a project manager', 'of the tenant'])
  })

  it('survives clients that send nonsense or break off while they are verified', async () => {
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<Caller>()
    const authenticate = () => (asked.resolve(), answer.promise)
    const { url, port } = await start(0, { authenticate })
    const upgrade = async (path: string): Promise<Socket> => {
      const socket = connectTcp(port, '127.0.0.1')
      socket.on('error', () => {})
      await new Promise<void>((resolve) => socket.once('connect', resolve))
      const head = 'Host: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
      socket.write(`GET ${path} HTTP/1.1\r\n${head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`)
      return socket
    }
    const nonsense = await upgrade('//')
    await new Promise((resolve) => nonsense.once('close', resolve))
    const gone = await upgrade('/hub')
    await asked.promise
    gone.resetAndDestroy()
    await new Promise((resolve) => setTimeout(resolve, 50))
    answer.resolve({ kind: 'anonymous' })
    await expect(until(connect(url, 'mine'), 'online')).resolves.toBeUndefined()
  })
})
