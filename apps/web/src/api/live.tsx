import type { TopicId, TopicPayload } from '@backlot/contract/hub-topics'
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'
import { followFarm } from './follow-farm.ts'
import { hubUrl, type LiveHub, type Liveness, openHub } from './hub.ts'

/** Where components find the connection: there is none before the first render, and a new one after a change of tenant. */
interface HubHolder {
  get: () => LiveHub | null
  subscribe: (listener: () => void) => () => void
  /** Opens the connection; returns what closes it. */
  open: (queryClient: QueryClient) => () => void
}

function createHubHolder(): HubHolder {
  const listeners = new Set<() => void>()
  let hub: LiveHub | null = null
  const set = (next: LiveHub | null) => {
    hub = next
    listeners.forEach((listener) => listener())
  }
  return {
    get: () => hub,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    open(queryClient) {
      const opened = openHub({
        url: hubUrl(location),
        onLagged: () => void queryClient.invalidateQueries(),
        // Asking who we are finds out whether the session ended, and then leads to the sign-in page.
        onRefused: () => void queryClient.invalidateQueries({ queryKey: ['whoami'] }),
      })
      const unfollow = followFarm(opened, queryClient)
      set(opened)
      return () => {
        unfollow()
        opened.close()
        set(null)
      }
    },
  }
}

const HubContext = createContext<HubHolder>(createHubHolder())

/** Holds the hub's connection while somebody is signed in, and keeps lists of jobs and workers current. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const [holder] = useState(createHubHolder)
  useEffect(() => holder.open(queryClient), [holder, queryClient])
  return <HubContext value={holder}>{children}</HubContext>
}

function useHub(): LiveHub | null {
  const holder = use(HubContext)
  return useSyncExternalStore(holder.subscribe, holder.get)
}

/** Calls `handler` for every event of a topic while the component is shown. */
export function useTopic<Id extends TopicId>(
  topic: Id,
  params: Record<string, string>,
  handler: (payload: TopicPayload<Id>) => void,
): void {
  const hub = useHub()
  const handle = useEffectEvent(handler)
  const key = JSON.stringify(params)
  useEffect(
    () => hub?.on(topic, JSON.parse(key) as Record<string, string>, (payload) => handle(payload)),
    [hub, topic, key],
  )
}

const never = () => () => undefined
const connecting = () => 'connecting' as const

export function useLiveness(): Liveness {
  const hub = useHub()
  return useSyncExternalStore(hub?.liveness.subscribe ?? never, hub?.liveness.get ?? connecting)
}

/** Milliseconds between two polls while the hub is away; `false` while it is live. */
export function usePollWhenLost(): number | false {
  return useLiveness() === 'lost' ? 5_000 : false
}
