import { backoff, type BackoffOptions } from '@backlot/base/wait'
import { type ClientMessage, serverMessage } from './protocol.ts'
import { matches } from './topic-match.ts'

export interface HubEvent {
  topic: string
  payload: unknown
}
/**
 * `lagged`: events were lost; what was loaded may be old. It also comes after every connection, as soon as all
 * subscriptions that waited for it work: what is loaded from then on is never older than the next event.
 */
export type HubState = 'connecting' | 'online' | 'offline' | 'lagged' | 'refused'

export interface HubOptions {
  /** `ws://host/hub`. */
  url: string
  /** Absent in a browser: the session cookie authenticates. Asked anew at every connection. */
  token?: () => string | Promise<string>
  tenant?: string
  WebSocket?: typeof WebSocket
  /** How long it waits before it connects again. Default 0.25 s to 10 s. */
  reconnect?: BackoffOptions
}

export interface HubConnection {
  /** Calls `handler` for every event that matches, also after a reconnection, until the returned function is called. */
  subscribe: (pattern: string, handler: (event: HubEvent) => void) => () => void
  onState: (listener: (state: HubState) => void) => () => void
  close: () => void
}

const reconnect = { first: 250, longest: 10_000 }
/** A connection over which nothing came for so long is taken for dead: the answer to our ping is overdue. Milliseconds. */
const silenceLimit = 45_000
const pingEvery = 15_000

/** Keeps one connection to the hub, for as long as it takes: reconnects and subscribes again by itself. */
export function connectHub(options: HubOptions): HubConnection {
  const Socket = options.WebSocket ?? WebSocket
  const subscriptions = new Map<number, { pattern: string; handler: (event: HubEvent) => void }>()
  const listeners = new Set<(state: HubState) => void>()
  let socket: WebSocket | undefined
  let isOnline = false
  /** Subscriptions made before this connection, whose confirmation has not come yet. */
  let unconfirmed: Set<number> | undefined
  let closed = false
  let attempt = 0
  let nextId = 1
  let timer: ReturnType<typeof setTimeout> | undefined

  const tell = (state: HubState) => listeners.forEach((listener) => listener(state))
  /** Not while it closes: a browser complains, and at the next connection all of it is said again. */
  const send = (message: ClientMessage) => {
    if (socket?.readyState === Socket.OPEN) socket.send(JSON.stringify(message))
  }

  function open(): void {
    tell('connecting')
    const current = new Socket(options.url)
    socket = current
    let heard = Date.now()
    const watch = setInterval(() => {
      if (Date.now() - heard > silenceLimit) current.close()
      else if (isOnline) send({ op: 'ping' })
    }, pingEvery)
    current.addEventListener('open', () => void sayHello(current))
    current.addEventListener('message', ({ data }) => {
      heard = Date.now()
      if (socket === current) receive(String(data))
    })
    // An error is always followed by a close.
    current.addEventListener('error', () => undefined)
    current.addEventListener('close', ({ code }) => {
      clearInterval(watch)
      if (socket !== current || closed) return
      isOnline = false
      unconfirmed = undefined
      tell(code === 4401 ? 'refused' : 'offline')
      timer = setTimeout(open, backoff(++attempt, options.reconnect ?? reconnect))
    })
  }

  async function sayHello(current: WebSocket): Promise<void> {
    if (options.token === undefined) return
    try {
      const token = await options.token()
      if (socket === current)
        send({ op: 'hello', token, ...(options.tenant === undefined ? {} : { tenant: options.tenant }) })
    } catch {
      current.close()
    }
  }

  function receive(text: string): void {
    const message = serverMessage.parse(JSON.parse(text))
    switch (message.op) {
      case 'welcome':
        attempt = 0
        isOnline = true
        unconfirmed = new Set(subscriptions.keys())
        for (const [id, { pattern }] of subscriptions) send({ op: 'subscribe', id, topic: pattern })
        tell('online')
        return
      case 'event':
        for (const { pattern, handler } of subscriptions.values()) if (matches(pattern, message.topic)) handler(message)
        return
      case 'lagged':
        return tell('lagged')
      case 'error':
        if (message.id !== undefined) return confirmed(message.id)
        if (message.error.code.startsWith('auth.')) {
          tell('refused')
          socket?.close()
        }
        return
      case 'subscribed':
        return confirmed(message.id)
      case 'pong':
    }
  }

  function confirmed(id: number): void {
    if (unconfirmed?.delete(id) !== true || unconfirmed.size > 0) return
    unconfirmed = undefined
    tell('lagged')
  }

  open()
  return {
    subscribe(pattern, handler) {
      const id = nextId++
      subscriptions.set(id, { pattern, handler })
      if (isOnline) send({ op: 'subscribe', id, topic: pattern })
      return () => {
        if (!subscriptions.delete(id) || !isOnline) return
        send({ op: 'unsubscribe', id })
        confirmed(id)
      }
    },
    onState(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      closed = true
      clearTimeout(timer)
      socket?.close()
    },
  }
}
