import fc from 'fast-check'
import { expect, it } from 'vitest'
import { continueSplit, countRanges, mostRanges, samplesOf, samplesUpTo, type Split } from './sample-settings.ts'

const rangesOf = (split: Split, count = countRanges(split)) =>
  Array.from({ length: count }, (_, index) => samplesOf(split, index))

it('cuts samples into ranges, the last of which may be shorter', () => {
  expect(rangesOf({ samples: 40, range: 16 })).toEqual([
    { first: 0, count: 16 },
    { first: 16, count: 16 },
    { first: 32, count: 8 },
  ])
})

it('goes on behind what is there, in longer ranges when there are many samples to come', () => {
  const split = continueSplit({ samples: 40, range: 16 }, 3, 4096)
  expect(rangesOf(split).slice(0, 5)).toEqual([
    { first: 0, count: 16 },
    { first: 16, count: 16 },
    { first: 32, count: 8 },
    { first: 40, count: 64 },
    { first: 104, count: 64 },
  ])
  expect(countRanges(split)).toBeLessThanOrEqual(3 + mostRanges)
})

it('never renders a sample twice, nor leaves one out, however often an image is stopped and continued', () => {
  const step = fc.record({
    keep: fc.double({ min: 0.01, max: 1, noNaN: true }),
    more: fc.integer({ min: 1, max: 5000 }),
  })
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5000 }),
      fc.integer({ min: 1, max: 500 }),
      fc.array(step, { maxLength: 5 }),
      (samples, range, steps) => {
        let split: Split = { samples, range }
        let ranges = countRanges(split)
        for (const { keep, more } of steps) {
          const kept = Math.max(1, Math.floor(ranges * keep))
          const before = rangesOf(split, kept)
          const had = samplesUpTo(split, kept)
          split = continueSplit(split, kept, had + more)
          const { place, first, range } = split.more!.at(-1)!
          ranges = place + Math.ceil((had + more - first) / range)
          expect(rangesOf(split, kept)).toEqual(before)
        }
        let next = 0
        for (const { first, count } of rangesOf(split, ranges)) {
          expect(first).toBe(next)
          expect(count).toBeGreaterThan(0)
          next += count
        }
        expect(next).toBe(samplesUpTo(split, ranges))
      },
    ),
  )
})
