import { expect, it } from 'vitest'
import { addResults, nothing, skippedLines, summaryLine } from './results.ts'

const noWindow = 'no window system'

it('adds up suites and ends with one line that scripts can read', () => {
  const sum = addResults(
    { passed: 3, failed: ['a.test.ts > breaks'], skipped: [] },
    { ...nothing, passed: 2, skipped: [{ test: 'b.test.ts > needs a GPU', reason: 'no GPU' }] },
  )
  expect(summaryLine(sum)).toBe('5 passed, 1 failed, 1 skipped')
})

it('lists skipped tests under their reason', () => {
  const skipped = [
    { test: 'a', reason: noWindow },
    { test: 'b', reason: 'no GPU' },
    { test: 'c', reason: noWindow },
  ]
  expect(skippedLines({ ...nothing, skipped })).toEqual([
    'skipped, no window system: 2',
    '  a',
    '  c',
    'skipped, no GPU: 1',
    '  b',
  ])
})
