import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Broker, Broker as RealBroker, type Subscription } from './broker.ts'
import { connectHub } from './client.ts'
import type { ClientMessage, ServerMessage } from './protocol.ts'

/**
 * A hub in memory: what is sent waits in the line until somebody lets it through, so that a test decides the order of
 * everything. Client and broker are the real ones.
 */
class Line extends EventTarget {
  static open: Line[] = []
  static broker: Broker
  readonly #subscriptions = new Map<number, Subscription>()
  readonly toClient: ServerMessage[] = []
  readonly toServer: ClientMessage[] = []
  isOpen = true

  constructor() {
    super()
    Line.open.push(this)
    this.toClient.push({ op: 'welcome', session: '0197b0a0-0000-7000-8000-000000000000' })
  }

  send(text: string): void {
    if (this.isOpen) this.toServer.push(JSON.parse(text) as ClientMessage)
  }

  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    for (const subscription of this.#subscriptions.values()) subscription[Symbol.dispose]()
    this.dispatchEvent(Object.assign(new Event('close'), { code: 1006 }))
  }

  /** The server takes one message. */
  serve(): void {
    const message = this.toServer.shift()
    if (!this.isOpen || message === undefined) return
    if (message.op === 'subscribe') {
      this.#subscriptions.set(message.id, Line.broker.subscribe(message.topic, this.subscriber))
      this.toClient.push({ op: 'subscribed', id: message.id })
    }
    if (message.op === 'unsubscribe') this.#subscriptions.get(message.id)?.[Symbol.dispose]()
  }

  /** The client takes one message. */
  hear(): void {
    const message = this.toClient.shift()
    if (this.isOpen && message !== undefined)
      this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }

  readonly subscriber = {
    maySee: () => true,
    deliver: (topic: string, payload: string) =>
      void this.toClient.push({ op: 'event', topic, payload: JSON.parse(payload) }),
  }
}

type Step = 'publish' | 'serve' | 'hear' | 'cut' | 'subscribe' | 'unsubscribe'
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom<Step>('serve', 'hear') },
    { weight: 2, arbitrary: fc.constant<Step>('publish') },
    { weight: 1, arbitrary: fc.constantFrom<Step>('cut', 'subscribe', 'unsubscribe') },
  ),
  { maxLength: 120 },
)

describe('a follower of a counter that loads it when it is told that events were lost', () => {
  it('misses none and ends with the truth, whenever the line is cut, and however often it subscribes', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        Line.open = []
        Line.broker = new RealBroker()
        let truth = 0
        let known = truth // loaded before there was a connection
        let gaps = 0
        const heardBy = new Map<string, number[]>()
        const hub = connectHub({ url: 'ws://line', WebSocket: Line as never, reconnect: { first: 0, longest: 0 } })
        hub.onState((state) => {
          if (state !== 'lagged') return
          known = truth
          gaps = 0
        })
        const line = () => Line.open.at(-1) as Line
        hub.subscribe('count', ({ payload }) => {
          const n = payload as number
          if (n > known + 1) gaps++
          known = Math.max(known, n)
        })
        const others: (() => void)[] = []
        const follow = () => {
          const heard: number[] = []
          heardBy.set(`${heardBy.size}`, heard)
          others.push(hub.subscribe('count', ({ payload }) => heard.push(payload as number)))
        }
        for (const step of script) {
          if (step === 'publish') Line.broker.publish({}, 'count', ++truth)
          if (step === 'serve') line().serve()
          if (step === 'hear') line().hear()
          if (step === 'subscribe') follow()
          if (step === 'unsubscribe') others.pop()?.()
          if (step === 'cut') {
            const cut = line()
            cut.close()
            while (line() === cut) await new Promise((resolve) => setTimeout(resolve, 0))
          }
        }
        while (line().toServer.length + line().toClient.length > 0) {
          line().serve()
          line().hear()
        }
        Line.broker.publish({}, 'count', ++truth)
        line().hear()
        hub.close()
        expect(gaps).toBe(0)
        expect(known).toBe(truth)
        for (const heard of heardBy.values()) expect(heard).toEqual([...new Set(heard)].toSorted((a, b) => a - b))
      }),
      { numRuns: 300 },
    )
  })
})
