import { describe, expect, it } from 'vitest'
import { table } from './output.ts'

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
