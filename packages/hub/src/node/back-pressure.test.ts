import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { sleep } from '@backlot/base/wait'
import type { Caller } from '@backlot/contract/handler'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { Broker } from '../broker.ts'
import { serveHub } from './websocket-server.ts'

const artist: Caller = {
  kind: 'person',
  userId: 'u',
  name: 'A',
  email: 'a@example.org',
  tenantId: 't',
  role: 'artist',
  via: 'session',
  tokenId: 's',
}
const megabyte = 1_000_000
const patient = { interval: 1, timeout: 20_000 }

let broker: Broker
let port: number
let stop: () => void
/** The server's ends of all connections. */
let accepted: Socket[]
beforeEach(async () => {
  broker = new Broker()
  const server = createServer()
  accepted = []
  server.on('connection', (socket) => accepted.push(socket))
  const hub = serveHub(server, {
    broker,
    path: '/hub',
    authenticate: () => Promise.resolve(artist),
    authenticateToken: () => Promise.resolve(artist),
    isTrustedOrigin: () => true,
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
  stop = () => {
    hub.close()
    server.close()
    server.closeAllConnections()
  }
})
afterEach(() => stop())

/** A connection that has shaken hands and reads nothing more. */
async function deaf(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const head = 'Host: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'
  socket.write(`GET /hub HTTP/1.1\r\n${head}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  return socket.pause()
}

/** A message of one byte as a client sends it: final text frame, masked. */
function frame(): Buffer {
  const mask = randomBytes(4)
  return Buffer.concat([Buffer.of(0x81, 0x81), mask, Buffer.of('x'.charCodeAt(0) ^ (mask[0] as number))])
}

describe('a client that does not read', { timeout: 30_000 }, () => {
  it('is not listened to: answers of 200 bytes to messages of one byte would fill the memory', async () => {
    const socket = await deaf()
    const messages = Buffer.concat(Array.from({ length: 10_000 }, frame))
    for (let sent = 0; sent < 12 * megabyte; sent += messages.length) socket.write(messages)
    const read = () => accepted.at(-1)?.bytesRead ?? 0
    for (let before = -1; read() !== before; await sleep(500)) before = read()
    expect(read()).toBeLessThan(2 * megabyte)
    socket.destroy()
  })

  it('hears that it lost events as soon as it reads again, also when no event follows', async () => {
    const client = new WebSocket(`ws://127.0.0.1:${port}/hub`)
    const got: { op: string; dropped?: number }[] = []
    client.on('message', (data) => got.push(JSON.parse(String(data as Buffer)) as { op: string }))
    await new Promise((resolve) => client.once('open', resolve))
    client.send(JSON.stringify({ op: 'subscribe', id: 1, topic: 'a' }))
    await vi.waitUntil(() => got.some(({ op }) => op === 'subscribed'), patient)
    client.pause()
    const events = 400
    for (let n = 0; n < events; n++) {
      broker.publish({}, 'a', 'x'.repeat(50_000))
      if (n % 50 === 0) await sleep(1)
    }
    client.resume()
    await vi.waitUntil(() => got.some(({ op }) => op === 'lagged'), patient)
    await sleep(50)
    const dropped = got.reduce((sum, message) => sum + (message.dropped ?? 0), 0)
    expect(dropped).toBeGreaterThan(0)
    expect(got.filter(({ op }) => op === 'event').length + dropped).toBe(events)
    client.terminate()
  })

  it('costs at most its buffer: the others hear everything', async () => {
    const many = await Promise.all(Array.from({ length: 50 }, deaf))
    const subscribe = Buffer.from(JSON.stringify({ op: 'subscribe', id: 1, topic: '>' }))
    // Masked with zeros: the bytes as they are.
    const masked = Buffer.concat([Buffer.of(0x81, 0x80 | subscribe.length, 0, 0, 0, 0), subscribe])
    for (const socket of many) socket.write(masked)
    const reader = new WebSocket(`ws://127.0.0.1:${port}/hub`)
    let heard = 0
    reader.on('message', (data) => (heard += String(data as Buffer).startsWith('{"op":"event"') ? 1 : 0))
    await new Promise((resolve) => reader.once('open', resolve))
    reader.send(subscribe.toString())
    await sleep(200)
    const before = process.memoryUsage.rss()
    const events = 300
    for (let n = 0; n < events; n++) {
      broker.publish({}, 'a', 'x'.repeat(50_000))
      await vi.waitUntil(() => heard >= n, patient)
    }
    await vi.waitUntil(() => heard >= events, patient)
    // 15 MB were published to each of 50 sockets; 1 MB each may wait, beside what the kernel takes.
    expect(process.memoryUsage.rss() - before).toBeLessThan(250 * megabyte)
    reader.terminate()
    for (const socket of many) socket.destroy()
  })
})
