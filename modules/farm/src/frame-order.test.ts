import { frameOrders } from '@backlot/contract/frame-order'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { indexAt, placeOf } from './frame-order.ts'

const counts = fc.integer({ min: 1, max: 3000 })
const all = (order: (typeof frameOrders)[number], count: number) =>
  Array.from({ length: count }, (_, place) => indexAt(order, place, count))

describe.each(frameOrders)('%s', (order) => {
  test('hands out every frame of every count once', () => {
    for (let count = 1; count <= 300; count++)
      expect(all(order, count).toSorted((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, index) => index))
    fc.assert(
      fc.property(counts, (count) => {
        expect(new Set(all(order, count)).size).toBe(count)
      }),
      { numRuns: 30 },
    )
  })

  test('finds the place of a frame again, also among a million', () => {
    const pairs = fc
      .integer({ min: 1, max: 1_000_000 })
      .chain((count) => fc.tuple(fc.nat(count - 1), fc.constant(count)))
    fc.assert(
      fc.property(pairs, ([place, count]) => {
        expect(placeOf(order, indexAt(order, place, count), count)).toBe(place)
      }),
      { numRuns: 2000 },
    )
  })
})

it('sends the first, the middle and the last frame ahead', () => {
  expect(all('scout', 9)).toEqual([0, 4, 8, 1, 2, 3, 5, 6, 7])
  expect(all('scout', 4)).toEqual([0, 1, 3, 2])
})

describe('refining', () => {
  it('halves every gap, again and again', () => {
    expect(all('refine', 9)).toEqual([0, 8, 4, 2, 6, 1, 3, 5, 7])
    expect(all('refine', 6)).toEqual([0, 5, 2, 1, 3, 4])
  })

  it('has shown the whole shot at any time: no gap is more than four times as long as another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 3000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, share) => {
        const done = all('refine', count).slice(0, Math.max(3, Math.round(share * count)))
        const shown = done.toSorted((a, b) => a - b)
        const gaps = shown.slice(1).map((index, at) => index - (shown[at] as number))
        expect(Math.max(...gaps)).toBeLessThanOrEqual(4 * Math.min(...gaps))
      }),
    )
  })
})
