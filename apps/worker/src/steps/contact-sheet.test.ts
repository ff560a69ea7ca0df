import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spread } from './contact-sheet.ts'

describe('spreading frames over a contact sheet', () => {
  it('takes first, last and what lies evenly between', () => {
    expect(spread([1, 2, 3], 24)).toEqual([1, 2, 3])
    expect(spread([1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([1, 5, 9])
    expect(spread([1, 2, 3], 1)).toEqual([1])
    expect(spread([], 5)).toEqual([])
  })
  it('never repeats a frame or exceeds the count', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 100 }), (length, count) => {
        const chosen = spread(
          Array.from({ length }, (_, index) => index),
          count,
        )
        expect(chosen).toHaveLength(Math.min(length, count))
        expect(new Set(chosen).size).toBe(chosen.length)
        expect(chosen.at(-1)).toBe(length - 1)
      }),
    )
  })
})
