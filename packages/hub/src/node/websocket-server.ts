import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { describeError } from '@backlot/contract/error-body'
import type { Caller } from '@backlot/contract/handler'
import { CodedError } from '@backlot/base/errors'
import { type WebSocket, WebSocketServer } from 'ws'
import { maySee } from '../audience.ts'
import type { Broker, Subscriber, Subscription } from '../broker.ts'
import { clientMessage, type ServerMessage } from '../protocol.ts'
import { isSubscription } from '../topic-match.ts'
import { isRefusal, verifyAgain, verifyInterval } from '../verify-again.ts'

export interface HubServerOptions {
  broker: Broker
  /** Path of the upgrade request. */
  path: string
  /** Who opens the connection, by its headers; anonymous ones must say `hello` with a token. */
  authenticate: (request: IncomingMessage) => Promise<Caller>
  /** Who a `hello` is. Throws `auth.*`. */
  authenticateToken: (token: string, tenant: string | undefined) => Promise<Caller>
  /** A browser sends cookies along from any page: only our own pages may connect with them. */
  isTrustedOrigin: (request: IncomingMessage) => boolean
  /** How often an open connection is asked again who it is. Default 30 s. Milliseconds. */
  verifyInterval?: number
}

/** Events wait in the socket up to here; then they are dropped and the client is told `lagged`. Bytes. */
const bufferLimit = 1_000_000
/** A client that neither subscribes nor says hello for so long is let go. Milliseconds. */
const helloTimeout = 10_000
/** Dead peers are found by a ping that stays unanswered for one interval. Milliseconds. */
const pingInterval = 30_000
const maxSubscriptions = 1000
/** A connection says who it is once; now and then a client with a newer token says it again. */
const maxHellos = 20

/** Serves the hub's WebSocket on an HTTP server. `close` ends all connections. */
export function serveHub(server: Server, options: HubServerOptions): { close: () => void; connections: () => number } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 })
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Nobody else listens yet: without this, a client that breaks off now would end the process.
    socket.on('error', () => socket.destroy())
    if (request.url?.split('?', 1)[0] !== options.path) return socket.destroy()
    if (!options.isTrustedOrigin(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n')
      return
    }
    options.authenticate(request).then(
      (caller) =>
        sockets.handleUpgrade(request, socket, head, (ws) => {
          void new Connection(ws, caller, () => options.authenticate(request), options)
        }),
      (error: unknown) => {
        const status = isRefusal(error) ? '401 Unauthorized' : '503 Service Unavailable'
        socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`)
      },
    )
  }
  server.on('upgrade', onUpgrade)
  return {
    connections: () => sockets.clients.size,
    close() {
      server.off('upgrade', onUpgrade)
      for (const client of sockets.clients) client.close(1001, 'The server stops.')
      setTimeout(() => sockets.clients.forEach((client) => client.terminate()), 500).unref()
    },
  }
}

class Connection implements Subscriber {
  readonly #socket: WebSocket
  readonly #options: HubServerOptions
  readonly #subscriptions = new Map<number, Subscription>()
  #caller: Caller
  #verify: () => Promise<Caller>
  #dropped = 0
  #hellos = 0

  constructor(socket: WebSocket, caller: Caller, verify: () => Promise<Caller>, options: HubServerOptions) {
    this.#socket = socket
    this.#caller = caller
    this.#verify = verify
    this.#options = options
    let answered = true
    const ping = setInterval(() => {
      if (!answered) return socket.terminate()
      answered = false
      socket.ping()
    }, pingInterval)
    const verifying = setInterval(() => void this.#verifyAgain(), options.verifyInterval ?? verifyInterval)
    const impatience = setTimeout(() => {
      if (this.#caller.kind === 'anonymous') socket.close(4401, 'Say hello first.')
    }, helloTimeout)
    socket.on('pong', () => (answered = true))
    socket.on('message', (data) => void this.#receive(String(data as Buffer)))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => {
      clearInterval(ping)
      clearInterval(verifying)
      clearTimeout(impatience)
      for (const subscription of this.#subscriptions.values()) subscription[Symbol.dispose]()
      this.#subscriptions.clear()
    })
    if (caller.kind !== 'anonymous') this.#send({ op: 'welcome', session: randomUUID() })
  }

  maySee: Subscriber['maySee'] = (audience) => maySee(this.#caller, audience)

  deliver: Subscriber['deliver'] = (topic, payload) => {
    if (this.#socket.bufferedAmount > bufferLimit) {
      this.#dropped++
      return
    }
    this.#tellDropped()
    this.#socket.send(`{"op":"event","topic":${JSON.stringify(topic)},"payload":${payload}}`, this.#sent)
  }

  /** Something left the buffer. A client that lost the last events for a while must hear it without a further one. */
  readonly #sent = () => {
    if (this.#socket.bufferedAmount > bufferLimit / 2) return
    this.#tellDropped()
    if (this.#socket.isPaused) this.#socket.resume()
  }

  #tellDropped(): void {
    if (this.#dropped === 0) return
    const dropped = this.#dropped
    this.#dropped = 0
    this.#send({ op: 'lagged', dropped })
  }

  async #receive(text: string): Promise<void> {
    let id: number | undefined
    try {
      const message = clientMessage.parse(JSON.parse(text))
      if ('id' in message) id = message.id
      switch (message.op) {
        case 'hello': {
          if (++this.#hellos > maxHellos) return this.#socket.close(1008, 'Said hello too often.')
          const verify = () => this.#options.authenticateToken(message.token, message.tenant)
          this.#caller = await verify()
          this.#verify = verify
          return this.#send({ op: 'welcome', session: randomUUID() })
        }
        case 'ping':
          return this.#send({ op: 'pong' })
        case 'unsubscribe':
          this.#subscriptions.get(message.id)?.[Symbol.dispose]()
          this.#subscriptions.delete(message.id)
          return
        case 'subscribe':
          this.#subscribe(message.id, message.topic)
          return this.#send({ op: 'subscribed', id: message.id })
      }
    } catch (error) {
      const coded =
        error instanceof SyntaxError || (error as Error).name === 'ZodError'
          ? new CodedError('request.invalid', "This is no message of the hub's protocol.")
          : error
      const { body } = describeError(coded)
      this.#send({ op: 'error', ...(id === undefined ? {} : { id }), error: body.error })
    }
  }

  async #verifyAgain(): Promise<void> {
    if (this.#caller.kind === 'anonymous') return
    const verify = this.#verify
    const caller = await verifyAgain(this.#caller, verify)
    if (verify !== this.#verify) return // it said hello meanwhile
    if (caller !== undefined) this.#caller = caller
    // Not 4401: the client may hold a newer token, so it connects again and hears then whether that is good.
    else this.#socket.close(1008, 'The sign-in has ended.')
  }

  #subscribe(id: number, topic: string): void {
    if (this.#caller.kind === 'anonymous')
      throw new CodedError('auth.required', 'Say hello with a token before you subscribe.')
    if (!isSubscription(topic))
      throw new CodedError('request.invalid', `"${topic}" is not a topic or a pattern of topics.`)
    if (this.#subscriptions.size >= maxSubscriptions)
      throw new CodedError('request.invalid', `One connection has at most ${maxSubscriptions} subscriptions.`)
    this.#subscriptions.get(id)?.[Symbol.dispose]()
    this.#subscriptions.set(id, this.#options.broker.subscribe(topic, this))
  }

  #send(message: ServerMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.send(JSON.stringify(message), this.#sent)
    // Who asks and never reads the answers is not listened to meanwhile: an error is 200 times as long as what caused it.
    if (this.#socket.bufferedAmount > bufferLimit) this.#socket.pause()
  }
}
