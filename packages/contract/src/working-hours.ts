import { z } from 'zod'

/** When a worker takes work: parts of every week, in the time of one place. */

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'a time such as 19:00')

export const workingHours = z.object({
  /** IANA name, such as Europe/Berlin. */
  timeZone: z.string().max(64).refine(isTimeZone, 'no time zone of this system'),
  spans: z
    .array(
      z.object({
        /** 1 Monday to 7 Sunday: on which the span begins. */
        days: z.array(z.int().min(1).max(7)).min(1).max(7),
        from: clockTime,
        /** Not later than `from`: on the next day. */
        to: clockTime,
      }),
    )
    .min(1)
    .max(20),
})
export type WorkingHours = z.infer<typeof workingHours>

function isTimeZone(name: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Whether a moment lies in the hours. */
export function isWithin({ timeZone, spans }: WorkingHours, moment: Date): boolean {
  const { day, minute } = localTime(timeZone, moment)
  const dayBefore = day === 1 ? 7 : day - 1
  return spans.some(({ days, from, to }) => {
    const [first, last] = [minutesOf(from), minutesOf(to)]
    if (first < last) return days.includes(day) && minute >= first && minute < last
    return (days.includes(day) && minute >= first) || (days.includes(dayBefore) && minute < last)
  })
}

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const

function localTime(timeZone: string, moment: Date): { day: number; minute: number } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, value]))
  const day = dayNames.indexOf(parts.get('weekday')?.toLowerCase() as (typeof dayNames)[number]) + 1
  return { day, minute: Number(parts.get('hour')) * 60 + Number(parts.get('minute')) }
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 60 + minute
}

/** `mon-fri 19:00-07:00, sat,sun 00:00-24:00`; undefined: not so written. */
export function parseHours(text: string): WorkingHours['spans'] | undefined {
  const spans: WorkingHours['spans'] = []
  // A comma may stand between two days or between two spans: a span ends with its times.
  for (const part of text
    .toLowerCase()
    .matchAll(/\s*([a-z][a-z,\s-]*?)\s+(\d\d:\d\d)\s*-\s*(\d\d:\d\d)\s*(?:,|;|$)|(.)/gs)) {
    const [, names, from, to] = part
    const days = names === undefined ? undefined : parseDays(names)
    if (days === undefined || from === undefined || to === undefined) return undefined
    spans.push({ days, from, to })
  }
  const checked = workingHours.shape.spans.safeParse(spans)
  return checked.success ? checked.data : undefined
}

function parseDays(text: string): number[] | undefined {
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const [first, last = first, ...more] = part.trim().split(/\s*-\s*/)
    const [from, to] = [first, last].map((name) => (dayNames as readonly string[]).indexOf(name ?? '') + 1)
    if (!from || !to || more.length > 0) return undefined
    for (let day = from; ; day = (day % 7) + 1) {
      days.add(day)
      if (day === to) break
    }
  }
  return [...days].toSorted((a, b) => a - b)
}

/** As `parseHours` reads it, with the place. */
export function formatHours({ timeZone, spans }: WorkingHours): string {
  const parts = spans.map(({ days, from, to }) => `${formatDays(days)} ${from}-${to}`)
  return `${parts.join(', ')} (${timeZone})`
}

function formatDays(days: readonly number[]): string {
  const runs: number[][] = []
  for (const day of [...days].toSorted((a, b) => a - b)) {
    const run = runs.at(-1)
    if (run?.at(-1) === day - 1) run.push(day)
    else runs.push([day])
  }
  const name = (day: number | undefined) => dayNames[(day ?? 1) - 1]
  const texts = runs.flatMap((run) => (run.length > 2 ? [`${name(run[0])}-${name(run.at(-1))}`] : run.map(name)))
  return texts.join(',')
}
