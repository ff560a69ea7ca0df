import { useSyncExternalStore } from 'react'

let message = ''
const listeners = new Set<() => void>()

/** Tells people who don't see the page what changed, when they are done listening to what they hear. */
export function announce(text: string): void {
  message = text
  listeners.forEach((listener) => listener())
}

export function LiveRegion() {
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => message,
  )
  return (
    <output className="visually-hidden" aria-live="polite">
      {text}
    </output>
  )
}
