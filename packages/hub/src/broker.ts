import type { Permission } from '@backlot/contract/roles'
import { isTopic, matches } from './topic-match.ts'

/** Whom an event is for. The broker only carries it; each subscriber decides by it what it may see. */
export interface Audience {
  /** Absent: every tenant (something of the whole installation). */
  tenantId?: string
  /** The person whose thing it is: those who see only their own see this. */
  ownerId?: string
  /** Only this worker. */
  workerId?: string
  /** Only those whose role has it. */
  permission?: Permission
}

export interface Subscriber {
  maySee: (audience: Audience, topic: string) => boolean
  /** `payload` is JSON text, serialised once for all. */
  deliver: (topic: string, payload: string) => void
}

export interface Subscription {
  [Symbol.dispose]: () => void
}

/** By pattern: who subscribed to it, and how often. One connection may do so twice, and end one of the two. */
type Index = Map<string, Map<Subscriber, number>>

/**
 * Carries events from those who publish to those who subscribed, within one process. Delivery is synchronous and in
 * order; a subscriber that can't keep up is its transport's problem, never the publisher's.
 */
export class Broker {
  readonly #exact: Index = new Map()
  readonly #wild: Index = new Map()

  subscribe(pattern: string, subscriber: Subscriber): Subscription {
    const index = isTopic(pattern) ? this.#exact : this.#wild
    const subscribers: Map<Subscriber, number> = index.get(pattern) ?? new Map()
    index.set(pattern, subscribers.set(subscriber, (subscribers.get(subscriber) ?? 0) + 1))
    let disposed = false
    return {
      [Symbol.dispose]() {
        if (disposed) return
        disposed = true
        const others = (subscribers.get(subscriber) ?? 0) - 1
        if (others > 0) return void subscribers.set(subscriber, others)
        subscribers.delete(subscriber)
        if (subscribers.size === 0 && index.get(pattern) === subscribers) index.delete(pattern)
      },
    }
  }

  publish(audience: Audience, topic: string, payload: unknown): void {
    const receivers = this.#receivers(audience, topic)
    if (receivers.size === 0) return
    const text = JSON.stringify(payload)
    for (const receiver of receivers) receiver.deliver(topic, text)
  }

  /** Each subscriber once, however many of its patterns match. */
  #receivers(audience: Audience, topic: string): Set<Subscriber> {
    const receivers = new Set<Subscriber>()
    const add = (subscriber: Subscriber) => subscriber.maySee(audience, topic) && receivers.add(subscriber)
    for (const subscriber of this.#exact.get(topic)?.keys() ?? []) add(subscriber)
    for (const [pattern, subscribers] of this.#wild)
      if (matches(pattern, topic)) for (const subscriber of subscribers.keys()) add(subscriber)
    return receivers
  }
}
