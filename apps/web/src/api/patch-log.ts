import type { LogLine, PipelineEvent } from '@backlot/contract/schemas/jobs'
import type { InfiniteData } from '@tanstack/react-query'

export type LogPages = InfiniteData<{ items: LogLine[] }, number>
export type EventPages = InfiniteData<{ items: PipelineEvent[]; next?: string | undefined }, string | undefined>

/** So many lines stay in the page: about 10 MB. Older ones can be loaded again. */
export const keptLines = 20_000

/** Puts new lines behind the tail (page 0); lines that are there already come once. */
export function appendLines(log: LogPages, lines: readonly LogLine[], keep = keptLines): LogPages {
  const [tail, ...older] = log.pages
  if (tail === undefined) return log
  const lastSeq = tail.items.at(-1)?.seq ?? -1
  const added = lines.filter((line) => line.seq > lastSeq)
  if (added.length === 0) return log
  const items = [...tail.items, ...added]
  // Cutting the tail's beginning would leave a gap before it: then the older pages go as well.
  if (items.length > keep) return { pages: [{ items: items.slice(-keep) }], pageParams: log.pageParams.slice(0, 1) }
  return { ...log, pages: [{ items }, ...older] }
}

/** Adds an event at the end, when the end is loaded. */
export function appendEvent(events: EventPages, event: PipelineEvent): EventPages {
  const last = events.pages.at(-1)
  if (last === undefined || last.next !== undefined) return events
  if (last.items.some((item) => item.eventId === event.eventId)) return events
  return { ...events, pages: events.pages.with(events.pages.length - 1, { ...last, items: [...last.items, event] }) }
}
