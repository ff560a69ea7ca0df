import { expect, it } from 'vitest'
import { clip, displayWidth, padEnd, padStart } from './display-width.ts'

it.each([
  ['wood.png', 8],
  ['椅子.png', 8],
  ['cafe\u0301', 4],
  ['😀', 2],
  ['\u001b[31mred\u001b[39m', 3],
  ['└─ ü', 4],
])('%j takes %i columns', (text, width) => expect(displayWidth(text)).toBe(width))

it('pads and clips by columns', () => {
  expect(padEnd('椅', 4)).toBe('椅  ')
  expect(padStart('\u001b[2m1 B\u001b[22m', 5)).toBe('  \u001b[2m1 B\u001b[22m')
  expect(clip('椅子椅子', 5)).toBe('椅子')
  expect(clip('abc', 2)).toBe('ab')
})
