import { expect, test } from 'vitest'
import { pageLocale } from './locale.ts'
import { formatDuration, formatEta, formatRelative, secondsBetween } from './time.ts'

test.each([
  [0, '0 s'],
  [0.004, '< 0.01 s'],
  [0.842, '0.84 s'],
  [12.44, '12.4 s'],
  [59.99, '1 min'],
  [200, '3 min 20 s'],
  [3599.7, '1 h'],
  [7500, '2 h 5 min'],
  [86_400 * 3 + 3600 * 4, '3 d 4 h'],
])('%d seconds last %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text)
})

test.each([
  [3, 'a few seconds'],
  [34, 'about 40 s'],
  [59, 'about 1 min'],
  [200, 'about 4 min'],
  [7700, 'about 2 h 10 min'],
])('%d seconds are left: %s', (seconds, text) => {
  expect(formatEta(seconds)).toBe(text)
})

const now = Date.parse('2026-03-10T12:00:00Z')
test.each([
  ['2026-03-10T11:59:40Z', 'just now'],
  ['2026-03-10T11:57:00Z', '3 minutes ago'],
  ['2026-03-10T09:00:00Z', '3 hours ago'],
  ['2026-03-09T12:00:00Z', 'yesterday'],
  ['2026-03-13T12:00:00Z', 'in 3 days'],
  ['2024-03-10T12:00:00Z', '2 years ago'],
])('%s is %s', (timestamp, text) => {
  expect(formatRelative(timestamp, now)).toBe(text)
})

test('what has not ended lasts until now', () => {
  expect(secondsBetween('2026-03-10T11:59:00Z', null, now)).toBe(60)
  expect(secondsBetween('2026-03-10T11:00:00Z', '2026-03-10T11:00:02.500Z', now)).toBe(2.5)
})

test("the page speaks the person's English, else one with 24 hours", () => {
  expect(pageLocale(['de-DE', 'en-US'])).toBe('en-US')
  expect(pageLocale(['de-DE'])).toBe('en-GB')
})
