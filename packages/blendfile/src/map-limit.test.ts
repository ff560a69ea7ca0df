import { expect, test } from 'vitest'
import { mapLimit } from './map-limit.ts'

test('results are in order, and never more than the limit run', async () => {
  let running = 0
  let most = 0
  const results = await mapLimit([3, 1, 2, 0], 2, async (ticks) => {
    most = Math.max(most, ++running)
    for (let i = 0; i < ticks; i++) await Promise.resolve()
    running--
    return ticks * 10
  })
  expect(results).toEqual([30, 10, 20, 0])
  expect(most).toBe(2)
  expect(await mapLimit([], 2, async () => 1)).toEqual([])
})

test('after a failure nothing is started, and what runs is waited for', async () => {
  const started: number[] = []
  const ended: number[] = []
  const work = async (item: number): Promise<void> => {
    started.push(item)
    await Promise.resolve()
    if (item === 1) throw new Error('one')
    for (let i = 0; i < 10; i++) await Promise.resolve()
    ended.push(item)
  }
  await expect(mapLimit([1, 2, 3, 4], 2, work)).rejects.toThrow('one')
  expect([started, ended]).toEqual([[1, 2], [2]])
})
