import { expect, it } from 'vitest'
import { fasterThan, median, percentile, told } from './benchmark.ts'

it('median takes the middle', () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
})

it('percentile is a value that occurred', () => {
  const values = [5, 1, 4, 2, 3]
  expect([0, 0.5, 0.8, 0.99, 1].map((share) => percentile(values, share))).toEqual([1, 3, 4, 5, 5])
})

it('a rate counts against a peer’s share of it', () => {
  const measured = { name: 'pack', metric: 'stored', value: 90, unit: 'MB/s' }
  const against = (value: number | null) => fasterThan(measured, { name: 'zipfile', value }, 0.8)
  expect(against(100)).toMatchObject({ ratio: 0.9, target: '≥ 0.8×', met: true })
  expect(against(120)).toMatchObject({ ratio: 0.75, met: false })
  expect(against(null)).toMatchObject({ ratio: null, met: false })
})

it('what has no target is told with its peer', () => {
  const measured = { name: 'pack', metric: 'memory', value: 100, unit: 'MB' }
  expect(told(measured, { name: 'BAT', value: 50 })).toMatchObject({ peer: 'BAT', ratio: 0.5, target: '–' })
  expect(told(measured)).toMatchObject({ peer: null, ratio: null })
})
