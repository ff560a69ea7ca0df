import type { TopicId, TopicPayload } from '@backlot/contract/hub-topics'
import { useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useEffect, useEffectEvent, useState, useSyncExternalStore } from 'react'
import { followFarm } from './follow-farm.ts'
import { hubUrl, type LiveHub, type Liveness, openHub } from './hub.ts'

const HubContext = createContext<LiveHub | null>(null)

/** Holds the hub's connection while somebody is signed in, and keeps lists of jobs and workers current. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient()
  const [hub, setHub] = useState<LiveHub | null>(null)

  useEffect(() => {
    const loadAnew = () => void queryClient.invalidateQueries()
    const opened = openHub({
      url: hubUrl(location),
      onLagged: loadAnew,
      // Asking who we are finds out whether the session ended, and then leads to the sign-in page.
      onRefused: () => void queryClient.invalidateQueries({ queryKey: ['whoami'] }),
    })
    const unfollow = followFarm(opened, queryClient)
    setHub(opened)
    return () => {
      unfollow()
      opened.close()
      setHub(null)
    }
  }, [queryClient])

  return <HubContext value={hub}>{children}</HubContext>
}

/** Calls `handler` for every event of a topic while the component is shown. */
export function useTopic<Id extends TopicId>(
  topic: Id,
  params: Record<string, string>,
  handler: (payload: TopicPayload<Id>) => void,
): void {
  const hub = use(HubContext)
  const handle = useEffectEvent(handler)
  const key = JSON.stringify(params)
  useEffect(
    () => hub?.on(topic, JSON.parse(key) as Record<string, string>, (payload) => handle(payload)),
    [hub, topic, key],
  )
}

const never = () => () => undefined

export function useLiveness(): Liveness {
  const hub = use(HubContext)
  return useSyncExternalStore(hub?.liveness.subscribe ?? never, hub?.liveness.get ?? (() => 'connecting' as const))
}

/** Milliseconds between two polls while the hub is away; `false` while it is live. */
export function usePollWhenLost(): number | false {
  return useLiveness() === 'lost' ? 5_000 : false
}
