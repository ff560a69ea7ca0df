import { useSyncExternalStore } from 'react'

/** One clock for the whole page: a hundred relative times cost one timer. */
function createClock(milliseconds: number) {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  return {
    get: () => now,
    subscribe(listener: () => void) {
      if (listeners.size === 0) {
        now = Date.now()
        timer = setInterval(() => {
          now = Date.now()
          listeners.forEach((call) => call())
        }, milliseconds)
      }
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearInterval(timer)
      }
    },
  }
}

const clock = createClock(10_000)
const fastClock = createClock(1000)

/** Milliseconds; renders again every 10 seconds. */
export function useNow(): number {
  return useSyncExternalStore(clock.subscribe, clock.get)
}

/** Milliseconds; renders again every second: for what is being timed. */
export function useNowFast(): number {
  return useSyncExternalStore(fastClock.subscribe, fastClock.get)
}
