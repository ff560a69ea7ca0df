import { formatDuration, formatExact, formatRelative, secondsBetween } from '../format/time.ts'
import { useNow, useNowFast } from './use-now.ts'

/** "3 minutes ago"; the exact time appears on hover and is in the markup. */
export function RelativeTime({ at }: { at: string }) {
  const now = useNow()
  return (
    <time dateTime={at} title={formatExact(at)}>
      {formatRelative(at, now)}
    </time>
  )
}

/** How long something took, or takes so far. */
export function Elapsed({ from, to }: { from: string; to: string | null }) {
  return to === null ? <Running from={from} /> : <>{formatDuration(secondsBetween(from, to, 0))}</>
}

function Running({ from }: { from: string }) {
  const now = useNowFast()
  return <>{formatDuration(Math.floor(secondsBetween(from, null, now)))}</>
}
