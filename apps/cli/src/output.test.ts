import { describe, expect, it } from 'vitest'
import { formatBytes, formatSeconds, table } from './output.ts'

describe('table', () => {
  it('pads every column but the last', () => {
    expect(
      table([
        ['a', 'long one'],
        ['bbb', 'x'],
      ]),
    ).toBe('a    long one\nbbb  x')
  })
})

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [12_345_678, '12 MB'],
    [5e15, '5000 TB'],
  ])('%d → %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text))
})

describe('formatSeconds', () => {
  it.each([
    [0.0123, '12 ms'],
    [5.25, '5.3 s'],
    [61, '1 min 1 s'],
    [7300, '2 h 1 min'],
  ])('%d → %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text))
})
