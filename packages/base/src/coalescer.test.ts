import { describe, expect, it, vi } from 'vitest'
import { Coalescer } from './coalescer.ts'
import { sleep } from './wait.ts'

describe('Coalescer', () => {
  it('answers the first touch at once and the others together at the end of the interval', async () => {
    const flushed: string[][] = []
    const coalescer = new Coalescer<string>({
      interval: 40,
      flush: (keys) => Promise.resolve(void flushed.push(keys)),
      onError: vi.fn(),
    })
    coalescer.touch('a')
    await sleep(10)
    expect(flushed).toEqual([['a']])
    for (const key of ['a', 'b', 'a', 'c']) coalescer.touch(key)
    await sleep(15)
    expect(flushed).toHaveLength(1)
    await sleep(40)
    expect(flushed).toEqual([['a'], ['a', 'b', 'c']])
    await coalescer.close()
  })

  it('goes on after a flush that failed, and not after it was closed', async () => {
    const onError = vi.fn()
    const flush = vi
      .fn<(keys: number[]) => Promise<void>>()
      .mockRejectedValueOnce(new Error('down'))
      .mockResolvedValue()
    const coalescer = new Coalescer<number>({ interval: 1, flush, onError })
    coalescer.touch(1)
    await sleep(10)
    expect(onError).toHaveBeenCalledOnce()
    coalescer.touch(2)
    await sleep(10)
    expect(flush).toHaveBeenLastCalledWith([2])
    await coalescer.close()
    coalescer.touch(3)
    await sleep(10)
    expect(flush).toHaveBeenCalledTimes(2)
  })
})
