import { backoff, sleep } from '@backlot/base/wait'
import { apiPrefix } from '@backlot/contract/route'
import type { LiveEvents } from './follow-job.ts'

export interface EventStreamOptions {
  server: string
  /** What `createSignedInClient` or a personal access token sends; asked anew at every connection. */
  headers: () => Record<string, string> | Promise<Record<string, string>>
  fetch?: typeof fetch
  /** Pauses between tries. Milliseconds. */
  reconnect?: { first: number; longest: number }
}

/** The server writes a comment every 15 s; a stream that is silent for longer is dead. Milliseconds. */
const silenceLimit = 45_000
type State = Parameters<Parameters<LiveEvents['onState']>[0]>[0]

/**
 * The hub over Server-Sent Events, for programs without its WebSocket client. One connection carries all subscriptions;
 * it is opened anew when they change, and when it breaks. Events in a gap are lost, which `lagged` tells.
 */
export function connectEventStream(options: EventStreamOptions): LiveEvents & { close: () => void } {
  const { reconnect = { first: 250, longest: 10_000 } } = options
  const subscriptions = new Map<object, { pattern: string; handler: Parameters<LiveEvents['subscribe']>[1] }>()
  const listeners = new Set<(state: State) => void>()
  let current: AbortController | undefined
  let isScheduled = false
  const tell = (state: State) => listeners.forEach((listener) => listener(state))

  /** Opens a connection for what is subscribed by the next turn, in place of the one before. */
  function reopen(): void {
    if (isScheduled) return
    isScheduled = true
    setTimeout(() => {
      isScheduled = false
      current?.abort()
      current = undefined
      if (subscriptions.size === 0) return
      current = new AbortController()
      void keepOpen(current.signal)
    })
  }

  async function keepOpen(signal: AbortSignal): Promise<void> {
    for (let failures = 0, opened = false; !signal.aborted;) {
      try {
        tell('connecting')
        await read(signal, () => {
          tell('online')
          if (opened) tell('lagged')
          opened = true
          failures = 0
        })
      } catch {
        // Whatever it was, it is told as `offline` and tried again.
      }
      if (signal.aborted) return
      tell('offline')
      await sleep(backoff(++failures, reconnect), signal).catch(() => undefined)
    }
  }

  async function read(signal: AbortSignal, onOpen: () => void): Promise<void> {
    const query = new URLSearchParams(
      [...subscriptions.values()].map(({ pattern }): [string, string] => ['topic', pattern]),
    )
    const dead = new AbortController()
    let silence = setTimeout(() => dead.abort(), silenceLimit)
    try {
      const response = await (options.fetch ?? fetch)(`${options.server}${apiPrefix}/events?${query}`, {
        headers: { ...(await options.headers()), accept: 'text/event-stream' },
        signal: AbortSignal.any([signal, dead.signal]),
      })
      if (!response.ok || response.body === null) throw new Error(`The server answered ${response.status}.`)
      onOpen()
      let rest = ''
      for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
        clearTimeout(silence)
        silence = setTimeout(() => dead.abort(), silenceLimit)
        const blocks = (rest + text).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) deliver(block)
      }
    } finally {
      clearTimeout(silence)
    }
  }

  function deliver(block: string): void {
    // A line is `field: value`, or a comment that begins with the colon.
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    )
    const [topic, data] = [fields.get('event'), fields.get('data')]
    if (topic === undefined || data === undefined) return
    const payload: unknown = JSON.parse(data)
    for (const { pattern, handler } of subscriptions.values()) if (fits(pattern, topic)) handler({ topic, payload })
  }

  return {
    subscribe(pattern, handler) {
      const key = {}
      subscriptions.set(key, { pattern, handler })
      reopen()
      return () => {
        if (subscriptions.delete(key)) reopen()
      }
    },
    onState(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      subscriptions.clear()
      current?.abort()
    },
  }
}

/** `*` stands for one word, `>` for the rest. */
function fits(pattern: string, topic: string): boolean {
  const [wanted, words] = [pattern.split('.'), topic.split('.')]
  if (wanted.at(-1) === '>')
    return (
      words.length >= wanted.length && fits(wanted.slice(0, -1).join('.'), words.slice(0, wanted.length - 1).join('.'))
    )
  return wanted.length === words.length && wanted.every((word, index) => word === '*' || word === words[index])
}
