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

/**
 * Carries events from those who publish to those who subscribed, within one process. Delivery is synchronous and in
 * order; a subscriber that can't keep up is its transport's problem, never the publisher's.
 */
export class Broker {
  readonly #exact = new Map<string, Set<Subscriber>>()
  readonly #wild = new Map<string, Set<Subscriber>>()

  subscribe(pattern: string, subscriber: Subscriber): Subscription {
    const index = isTopic(pattern) ? this.#exact : this.#wild
    const set = index.get(pattern) ?? new Set()
    index.set(pattern, set.add(subscriber))
    return {
      [Symbol.dispose]() {
        set.delete(subscriber)
        if (set.size === 0 && index.get(pattern) === set) index.delete(pattern)
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
    this.#exact.get(topic)?.forEach(add)
    for (const [pattern, set] of this.#wild) if (matches(pattern, topic)) set.forEach(add)
    return receivers
  }
}
