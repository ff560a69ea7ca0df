import type { LogLine, PipelineEvent } from '@backlot/contract/schemas/jobs'
import { expect, test } from 'vitest'
import { appendEvent, appendLines, type EventPages, type LogPages } from './patch-log.ts'

const line = (seq: number): LogLine => ({
  seq,
  at: '2026-01-01T00:00:00.000Z',
  attemptId: '00000000-0000-4000-8000-000000000001',
  taskId: '00000000-0000-4000-8000-000000000002',
  level: 'info',
  text: `line ${seq}`,
})
const log: LogPages = {
  pages: [{ items: [line(11), line(12)] }, { items: [line(9), line(10)] }],
  pageParams: [Number.MAX_SAFE_INTEGER, 11],
}
const seqs = (pages: LogPages) => pages.pages.map(({ items }) => items.map(({ seq }) => seq))

test('new lines come behind the tail, known ones once', () => {
  expect(seqs(appendLines(log, [line(12), line(13)]))).toEqual([
    [11, 12, 13],
    [9, 10],
  ])
  expect(appendLines(log, [line(11)])).toBe(log)
})

test('a long log forgets its beginning, and the older pages with it', () => {
  expect(seqs(appendLines(log, [line(13), line(14)], 3))).toEqual([[12, 13, 14]])
})

const event = (number: number): PipelineEvent => ({
  eventId: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  at: '2026-01-01T00:00:00.000Z',
  step: 'render_frames',
  kind: 'note',
  level: 'info',
  message: `event ${number}`,
  durationSeconds: null,
  context: {},
})

test('an event is added once, and only where the end is loaded', () => {
  const events: EventPages = { pages: [{ items: [event(1)] }], pageParams: [undefined] }
  expect(appendEvent(events, event(2)).pages[0]?.items).toHaveLength(2)
  expect(appendEvent(events, event(1))).toBe(events)
  const partial: EventPages = { pages: [{ items: [event(1)], next: 'a' }], pageParams: [undefined] }
  expect(appendEvent(partial, event(2))).toBe(partial)
})
