import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fractionOf, parseRenderStats } from './render-stats.ts'

test('3.4', () => {
  const text =
    'Fra:1 Mem:9.59M (Peak 9.71M) | Time:00:03.10 | Remaining:00:01:01.20 | Mem:82.00M, Peak:90.00M | Scene, ViewLayer | Sample 3/64'
  expect(parseRenderStats(text)).toEqual({
    sample: 3,
    samples: 64,
    remainingSeconds: 61.2,
    memoryBytes: 82 * 1024 ** 2,
  })
})

test('4.x and 5.0', () => {
  expect(parseRenderStats('Remaining: 00:00.11 | Mem: 82M | Sample 1/2')).toEqual({
    sample: 1,
    samples: 2,
    remainingSeconds: 0.11,
    memoryBytes: 82 * 1024 ** 2,
  })
  expect(parseRenderStats('Mem: 82M | Synchronizing object | Searchlight left')).toEqual({
    memoryBytes: 82 * 1024 ** 2,
    activity: 'Searchlight left',
  })
  expect(parseRenderStats('Rendering 1 / 2 samples')).toEqual({ sample: 1, samples: 2 })
  expect(parseRenderStats('Time: 00:01.08 (Saving: 00:00.00)')).toEqual({})
  expect(parseRenderStats('')).toEqual({})
})

test('tiles and samples make one fraction', () => {
  expect(fractionOf(parseRenderStats('Mem:1M | Rendered 1/4 Tiles | Sample 32/64'))).toBeCloseTo(0.375)
  expect(fractionOf(parseRenderStats('Mem:1M | Rendered 4/4 Tiles | Sample 64/64'))).toBe(1)
  expect(fractionOf({ sample: 5, samples: 4 })).toBe(1)
  expect(fractionOf({})).toBeUndefined()
})

test('no text breaks it', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const fraction = fractionOf(parseRenderStats(text)) ?? 0
      expect(fraction).toBeGreaterThanOrEqual(0)
      expect(fraction).toBeLessThanOrEqual(1)
    }),
  )
})
