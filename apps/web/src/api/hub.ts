import { topicName, type TopicId, type TopicPayload, topics } from '@backlot/contract/hub-topics'
import { connectHub, type HubConnection, type HubState } from '@backlot/hub/client'

/** `live`: what is on the screen follows the farm · `connecting`: not yet · `lost`: it may be old; we keep trying. */
export type Liveness = 'connecting' | 'live' | 'lost'

export interface LiveHub {
  /** Calls `handler` with every payload of a topic; parameters that are left out match all. */
  on: <Id extends TopicId>(
    topic: Id,
    params: Record<string, string>,
    handler: (payload: TopicPayload<Id>) => void,
  ) => () => void
  liveness: { get: () => Liveness; subscribe: (listener: () => void) => () => void }
  close: () => void
}

export interface LiveHubOptions {
  url: string
  /** Events were lost: what was loaded may be old. */
  onLagged: () => void
  /** The server does not know us. */
  onRefused: () => void
}

/** The page's one connection to the hub. */
export function openHub({ url, onLagged, onRefused }: LiveHubOptions): LiveHub {
  const hub: HubConnection = connectHub({ url })
  const listeners = new Set<() => void>()
  let liveness: Liveness = 'connecting'

  hub.onState((state) => {
    if (state === 'lagged') return onLagged()
    if (state === 'refused') onRefused()
    const next = livenessAfter(liveness, state)
    if (next === liveness) return
    liveness = next
    listeners.forEach((listener) => listener())
  })

  return {
    on(topic, params, handler) {
      return hub.subscribe(topicName(topic, params), ({ payload }) => {
        const checked = topics[topic].payload.safeParse(payload)
        // A server of another version: better to load anew than to show what we don't understand.
        if (checked.success) handler(checked.data as TopicPayload<typeof topic>)
        else onLagged()
      })
    },
    liveness: {
      get: () => liveness,
      subscribe(listener) {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    },
    close: () => hub.close(),
  }
}

/** A lost connection stays lost while it is tried again, so that the notice does not flicker. */
export function livenessAfter(before: Liveness, state: HubState): Liveness {
  if (state === 'online') return 'live'
  if (state === 'connecting') return before === 'lost' ? 'lost' : 'connecting'
  return 'lost'
}

export function hubUrl(page: Location): string {
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}/hub`
}
