import { describe, expect, it } from 'vitest'
import { Outbox } from './outbox.ts'

const never = new AbortController().signal
const deferred = () => Promise.withResolvers<void>()

describe('the outbox', () => {
  it('works on so many at once, first in, first out', async () => {
    const outbox = new Outbox({ concurrency: 2 })
    const begun: number[] = []
    const gates = Array.from({ length: 4 }, deferred)
    const owner = {}
    gates.forEach((gate, index) => {
      void outbox.add(owner, () => {
        begun.push(index)
        return gate.promise
      })
    })
    expect(begun).toEqual([0, 1])
    gates[1]?.resolve()
    await gates[1]?.promise
    await new Promise(setImmediate)
    expect(begun).toEqual([0, 1, 2])
    gates.forEach((gate) => gate.resolve())
    await outbox.settled(owner)
    expect(begun).toEqual([0, 1, 2, 3])
    expect(outbox.size).toBe(0)
  })

  it('makes the next frame wait while it is full', async () => {
    const outbox = new Outbox({ concurrency: 1, limit: 2 })
    const gate = deferred()
    const owner = {}
    void outbox.add(owner, () => gate.promise)
    void outbox.add(owner, () => gate.promise)
    let free = false
    const room = outbox.room(never).then(() => (free = true))
    await new Promise(setImmediate)
    expect(free).toBe(false)
    gate.resolve()
    await room
    expect(free).toBe(true)
  })

  it('throws the first failure only when all have settled', async () => {
    const outbox = new Outbox({ concurrency: 1 })
    const owner = {}
    let second = false
    void outbox.add(owner, () => Promise.reject(new Error('first')))
    void outbox.add(owner, async () => void (second = true))
    await expect(outbox.settled(owner)).rejects.toThrow('first')
    expect(second).toBe(true)
  })

  it('discards one owner’s outputs and keeps the other’s', async () => {
    const outbox = new Outbox({ concurrency: 1 })
    const gate = deferred()
    const [a, b] = [{}, {}]
    const done: string[] = []
    void outbox.add(a, () => gate.promise)
    void outbox.add(a, async () => void done.push('a'))
    void outbox.add(b, async () => void done.push('b'))
    outbox.discard(a)
    gate.resolve()
    await outbox.settled(b)
    await expect(outbox.settled(a)).rejects.toMatchObject({ code: 'render.cancelled' })
    expect(done).toEqual(['b'])
  })

  it('stops waiting for room when the attempt ends', async () => {
    const outbox = new Outbox({ concurrency: 1, limit: 1 })
    void outbox.add({}, () => new Promise(() => undefined))
    const abort = new AbortController()
    const room = outbox.room(abort.signal)
    abort.abort(new Error('dropped'))
    await expect(room).rejects.toThrow('dropped')
  })
})
