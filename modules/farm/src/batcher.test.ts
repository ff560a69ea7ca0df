import { describe, expect, it } from 'vitest'
import { Batcher } from './batcher.ts'

describe('Batcher', () => {
  it('does together what comes together', async () => {
    const batches: number[][] = []
    const batcher = new Batcher<number, number>({
      run: (items) => {
        batches.push(items)
        return Promise.resolve(items.map((item) => item * 2))
      },
    })
    expect(await Promise.all([1, 2, 3].map((item) => batcher.add(item)))).toEqual([2, 4, 6])
    expect(await batcher.add(4)).toBe(8)
    expect(batches).toEqual([[1, 2, 3], [4]])
  })

  it('gathers while a batch is under way, and keeps to the limit', async () => {
    const sizes: number[] = []
    const batcher = new Batcher<number, number>({
      most: 2,
      run: async (items) => {
        sizes.push(items.length)
        await new Promise((resolve) => setTimeout(resolve, 5))
        return items
      },
    })
    await Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)))
    expect(sizes).toEqual([2, 2, 1])
  })

  it('fails only the item that is to blame', async () => {
    const batcher = new Batcher<number, number>({
      run: (items) =>
        items.includes(13) ? Promise.reject(new Error('thirteen')) : Promise.resolve(items.map((item) => item + 1)),
    })
    const results = await Promise.allSettled([1, 13, 2].map((item) => batcher.add(item)))
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    const each = new Batcher<number, number>({
      run: (items) => Promise.resolve(items.map((item) => (item === 13 ? new Error('thirteen') : item))),
    })
    expect((await Promise.allSettled([1, 13].map((item) => each.add(item)))).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
    ])
  })

  it('finds the item that is to blame by halves', async () => {
    const sizes: number[] = []
    const batcher = new Batcher<number, number>({
      run: (items) => {
        sizes.push(items.length)
        return items.includes(13) ? Promise.reject(new Error('thirteen')) : Promise.resolve(items)
      },
    })
    const results = await Promise.allSettled(Array.from({ length: 64 }, (_, index) => batcher.add(index)))
    expect(results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []))).toEqual([13])
    expect(sizes).toHaveLength(1 + 2 * Math.log2(64))
  })

  it('does not wait for an item that goes its own way', async () => {
    const slow = Promise.withResolvers<string>()
    const batcher = new Batcher<string, string>({
      run: (items) => Promise.resolve(items.map((item) => (item === 'slow' ? slow.promise : item))),
    })
    const waiting = batcher.add('slow')
    expect(await batcher.add('quick')).toBe('quick')
    slow.resolve('done')
    expect(await waiting).toBe('done')
  })

  it('fails all at once when the failure concerns all', async () => {
    let runs = 0
    const batcher = new Batcher<number, number>({
      run: () => {
        runs++
        return Promise.reject(new Error('the database is away'))
      },
      isShared: () => true,
    })
    await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)))
    expect(runs).toBe(1)
  })
})
