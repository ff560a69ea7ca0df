import { expect, it } from 'vitest'
import { median, percentile } from './benchmark.ts'

it('median takes the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
})

it('percentile is a value that occurred', () => {
  const values = [5, 1, 4, 2, 3]
  expect([0, 0.5, 0.8, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 3, 4, 5, 5])
})
