import { expect, test } from 'vitest'
import { formatBytes, formatMany, formatPercent } from './numbers.ts'

test.each([
  [0, '0 B'],
  [812, '812 B'],
  [999_600, '1 MB'],
  [4_210_000, '4.2 MB'],
  [345_600_000, '346 MB'],
])('%d bytes read as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('what is not finished never reads as 100 %', () => {
  expect(formatPercent(0.999)).toBe('99%')
  expect(formatPercent(1)).toBe('100%')
})

test('one thing is singular', () => {
  expect(formatMany(1, 'frame')).toBe('1 frame')
  expect(formatMany(1200, 'frame')).toBe('1,200 frames')
})
