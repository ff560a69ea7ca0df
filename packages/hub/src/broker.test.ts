import { describe, expect, it } from 'vitest'
import { type Audience, Broker, type Subscriber } from './broker.ts'

function collect(maySee: (audience: Audience) => boolean = () => true): Subscriber & { got: string[] } {
  const got: string[] = []
  return { got, maySee, deliver: (topic, payload) => got.push(`${topic} ${payload}`) }
}

describe('Broker', () => {
  it('delivers to exact and wildcard subscribers, each once', () => {
    const broker = new Broker()
    const one = collect()
    const other = collect()
    broker.subscribe('job.1.changed', one)
    broker.subscribe('job.>', one)
    broker.subscribe('job.2.*', other)
    broker.publish({}, 'job.1.changed', { a: 1 })
    expect(one.got).toEqual(['job.1.changed {"a":1}'])
    expect(other.got).toEqual([])
  })

  it('asks every subscriber whether it may see the event', () => {
    const broker = new Broker()
    const mine = collect((audience) => audience.tenantId === 'mine')
    broker.subscribe('>', mine)
    broker.publish({ tenantId: 'other' }, 'job.1.changed', 1)
    broker.publish({ tenantId: 'mine' }, 'job.2.changed', 2)
    expect(mine.got).toEqual(['job.2.changed 2'])
  })

  it('stops when the subscription is disposed', () => {
    const broker = new Broker()
    const one = collect()
    {
      using _subscription = broker.subscribe('a', one)
      broker.publish({}, 'a', 1)
    }
    broker.publish({}, 'a', 2)
    expect(one.got).toEqual(['a 1'])
  })

  it('goes on for who subscribed twice and ended one of the two, however often it is disposed', () => {
    const broker = new Broker()
    const one = collect()
    const first = broker.subscribe('a', one)
    const second = broker.subscribe('a', one)
    first[Symbol.dispose]()
    first[Symbol.dispose]()
    broker.publish({}, 'a', 1)
    second[Symbol.dispose]()
    broker.publish({}, 'a', 2)
    expect(one.got).toEqual(['a 1'])
  })
})
