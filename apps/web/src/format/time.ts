import { locale } from './locale.ts'

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' })
const clock = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})

/** "3 minutes ago", "in 2 days"; within 45 seconds "just now". `now` in milliseconds. */
export function formatRelative(timestamp: string, now: number): string {
  const seconds = (Date.parse(timestamp) - now) / 1000
  const size = Math.abs(seconds)
  if (size < 45) return 'just now'
  for (const [unit, length] of units) {
    if (size >= length * 0.95 || unit === 'minute') return relative.format(Math.round(seconds / length), unit)
  }
  return 'just now'
}

/** Date, time to the second and zone, in the person's zone. */
export function formatExact(timestamp: string): string {
  return exact.format(new Date(timestamp))
}

/** Time of day to the second, in the person's zone. */
export function formatClock(timestamp: string): string {
  return clock.format(new Date(timestamp))
}

/** A length of time for reading: "0.84 s", "12.4 s", "3 min 20 s", "2 h 5 min", "3 d 4 h". */
export function formatDuration(seconds: number): string {
  if (seconds > 0 && seconds < 0.005) return '< 0.01 s'
  if (seconds < 1) return `${trim(seconds, 2)} s`
  if (seconds < 59.95) return `${trim(seconds, 1)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's')
  const minutes = Math.round(seconds / 60)
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(seconds / 3600)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

/** Time left, no more exact than an estimate is: "about 40 s", "about 4 min", "about 2 h 10 min". */
export function formatEta(seconds: number): string {
  if (seconds < 10) return 'a few seconds'
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} s`
  const minutes = Math.ceil(seconds / 60)
  if (minutes < 60) return `about ${minutes} min`
  return `about ${formatDuration(Math.round(minutes / 5) * 300)}`
}

/** Seconds between two moments; the second may be still to come. */
export function secondsBetween(start: string, end: string | null, now: number): number {
  return Math.max(0, ((end === null ? now : Date.parse(end)) - Date.parse(start)) / 1000)
}

function trim(value: number, digits: number): string {
  return value.toLocaleString(locale, { maximumFractionDigits: digits })
}

function pair(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first} ${firstUnit}` : `${first} ${firstUnit} ${second} ${secondUnit}`
}
