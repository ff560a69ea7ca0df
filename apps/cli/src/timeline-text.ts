import { formatSeconds } from '@backlot/base/format'
import type { TimelineEntry } from '@backlot/contract/schemas/jobs'
import { table } from './output.ts'
import { printable } from './printable.ts'

/** `=` frames that came, `x` an attempt without a result, `>` one that runs, `.` nothing of this job. */
const marks: Record<TimelineEntry['state'], string> = {
  completed: '=',
  failed: 'x',
  lost: 'x',
  cancelled: '-',
  running: '>',
}

/** A line for each worker, from the first attempt to the end of the last. */
export function timelineText(attempts: readonly TimelineEntry[], { now, width }: { now: Date; width: number }): string {
  if (attempts.length === 0) return 'Nobody has worked on it yet.'
  const spans = attempts.map((attempt) => ({
    ...attempt,
    from: Date.parse(attempt.startedAt),
    to: attempt.endedAt === null ? now.getTime() : Date.parse(attempt.endedAt),
  }))
  const first = Math.min(...spans.map(({ from }) => from))
  const last = Math.max(...spans.map(({ to }) => to), first + 1)
  const column = (time: number) => Math.min(width - 1, Math.floor(((time - first) / (last - first)) * width))
  const rows = [...Map.groupBy(spans, ({ worker }) => worker)]
    .toSorted(([one], [other]) => one.localeCompare(other, 'en', { numeric: true }))
    .map(([worker, own]) => {
      const line = Array.from({ length: width }, () => '.')
      for (const { from, to, state } of own) line.fill(marks[state], column(from), column(to) + 1)
      const busy = own.reduce((sum, { from, to }) => sum + to - from, 0) / 1000
      const failed = own.filter(({ state }) => state === 'failed' || state === 'lost').length
      return [printable(worker), line.join(''), `${own.length}`, `${failed}`, formatSeconds(busy)]
    })
  const from = new Date(first).toISOString()
  return table([['worker', `${from} + ${formatSeconds((last - first) / 1000)}`, 'attempts', 'failed', 'busy'], ...rows])
}
