import type { Lease } from '@backlot/contract/schemas/farm'
import { describe, expect, it } from 'vitest'
import { LeaseDesk } from './lease-desk.ts'

const leaseOf = (attemptId: string) => ({ attemptId }) as Lease
const turn = () => new Promise((resolve) => setImmediate(resolve))

function desk() {
  const calls: { slots: number; answer: PromiseWithResolvers<Lease[]> }[] = []
  const givenBack: string[] = []
  const failures: unknown[] = []
  const lease = (slots: number) => {
    const answer = Promise.withResolvers<Lease[]>()
    calls.push({ slots, answer })
    return answer.promise
  }
  const made = new LeaseDesk({
    lease,
    giveBack: ({ attemptId }) => void givenBack.push(attemptId),
    onFailure: (error) => void failures.push(error),
  })
  return { desk: made, calls, givenBack, failures }
}

describe('the lease desk', () => {
  it('asks for each waiting slot once, and serves them in order', async () => {
    const { desk: open, calls } = desk()
    const first = open.next(() => undefined)
    const second = open.next(() => undefined)
    open.ask()
    expect(calls.map(({ slots }) => slots)).toEqual([1, 1])
    calls[0]?.answer.resolve([leaseOf('a')])
    calls[1]?.answer.resolve([leaseOf('b')])
    expect(((await first) as Lease).attemptId).toBe('a')
    expect(((await second) as Lease).attemptId).toBe('b')
  })

  it('lets a finished attempt bring work for a slot that found none before', async () => {
    const { desk: open, calls } = desk()
    let none = 0
    const waiting = open.next(() => none++)
    calls[0]?.answer.resolve([])
    await turn()
    expect(none).toBe(1)
    let asked = -1
    await open.with((slots) => {
      asked = slots
      return Promise.resolve([leaseOf('a')])
    })
    expect(asked).toBe(1)
    expect(((await waiting) as Lease).attemptId).toBe('a')
  })

  it('lets the end of another attempt bring the lease of a slot that is free soon, and else asks in time', async () => {
    const { desk: open, calls } = desk()
    const first = open.next(() => undefined, 20)
    let asked = -1
    await open.with((slots) => {
      asked = slots
      return Promise.resolve([leaseOf('a')])
    })
    expect(asked).toBe(1)
    expect(((await first) as Lease).attemptId).toBe('a')
    const second = open.next(() => undefined, 20)
    expect(calls).toEqual([])
    await expect.poll(() => calls.map(({ slots }) => slots)).toEqual([1])
    calls[0]?.answer.resolve([leaseOf('b')])
    expect(((await second) as Lease).attemptId).toBe('b')
  })

  it('asks again for a slot whose question failed', async () => {
    const { desk: open, calls, failures } = desk()
    const waiting = open.next(() => undefined)
    calls[0]?.answer.reject(new Error('away'))
    await turn()
    expect(failures).toHaveLength(1)
    open.ask()
    calls[1]?.answer.resolve([leaseOf('a')])
    expect(((await waiting) as Lease).attemptId).toBe('a')
  })

  it('gives back what comes after it closed, and more than was asked for', async () => {
    const { desk: open, calls, givenBack } = desk()
    const waiting = open.next(() => undefined)
    open.close()
    expect(await waiting).toBeUndefined()
    expect(await open.next(() => undefined)).toBeUndefined()
    calls[0]?.answer.resolve([leaseOf('late')])
    await turn()
    await open.with((slots) => Promise.resolve(slots === 0 ? [leaseOf('extra')] : []))
    expect(givenBack).toEqual(['late', 'extra'])
  })
})
