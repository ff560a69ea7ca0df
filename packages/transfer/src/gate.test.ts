import { describe, expect, it } from 'vitest'
import { forEachParallel, Gate, together } from './gate.ts'

const tick = () => new Promise((done) => setTimeout(done, 2))

describe('Gate', () => {
  it('lets only so many in, in order', async () => {
    const gate = new Gate(3)
    let inside = 0
    let most = 0
    const order: number[] = []
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        gate.run(async () => {
          most = Math.max(most, ++inside)
          order.push(index)
          await tick()
          inside--
        }),
      ),
    )
    expect(most).toBe(3)
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('together', () => {
  it('throws the first failure after everything has ended', async () => {
    let running = 0
    const work = async (signal: AbortSignal, fails: boolean) => {
      running++
      await tick()
      if (fails) {
        running--
        throw new Error('first')
      }
      while (!signal.aborted) await tick()
      running--
      throw new Error('later')
    }
    await expect(together(undefined, (signal) => [work(signal, false), work(signal, true)])).rejects.toThrow('first')
    expect(running).toBe(0)
  })

  it('throws the reason of an abort from outside', async () => {
    const stop = new AbortController()
    const waiting = forEachParallel([1, 2, 3], 2, stop.signal, async (item) => {
      if (item === 2) stop.abort(new Error('enough'))
      await tick()
    })
    await expect(waiting).rejects.toThrow('enough')
  })
})
