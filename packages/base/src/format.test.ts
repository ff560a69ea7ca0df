import { expect, it } from 'vitest'
import { counted, formatBytes, formatSeconds } from './format.ts'

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1500, '1.5 kB'],
  [9960, '10 kB'],
  [999_700, '1.0 MB'],
  [123_456_789, '123 MB'],
  [5e15, '5000 TB'],
])('%d bytes read as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))

it.each([
  [0.0123, '12 ms'],
  [0.9999, '1.0 s'],
  [5.25, '5.3 s'],
  [59.97, '1 min 0 s'],
  [119.7, '2 min 0 s'],
  [7300, '2 h 1 min'],
])('%d seconds read as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text))

it('counts as people write', () => {
  expect([0, 1, 2].map((count) => counted(count, 'frame'))).toEqual(['0 frames', '1 frame', '2 frames'])
})
