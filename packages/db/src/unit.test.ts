import { describe, expect, it } from 'vitest'
import type { Tx } from './tx.ts'
import { inUnit } from './unit.ts'

const now = new Date('2026-01-01T00:00:00Z')
const tx = {} as Tx

describe('inUnit', () => {
  it('tells the world after the commit, in order', async () => {
    const told: string[] = []
    const begin = async <R>(work: (tx: Tx) => Promise<R>): Promise<R> => {
      const result = await work(tx)
      told.push('committed')
      return result
    }
    const result = await inUnit(begin, now, (unit) => {
      unit.afterCommit(() => told.push('one'))
      unit.afterCommit(() => told.push('two'))
      return Promise.resolve(unit.now)
    })
    expect(result).toBe(now)
    expect(told).toEqual(['committed', 'one', 'two'])
  })

  it('tells nothing of what was rolled back', async () => {
    let told = false
    const begin = () => Promise.reject(new Error('could not commit'))
    const unit = inUnit(begin, now, ({ afterCommit }) => Promise.resolve(afterCommit(() => (told = true))))
    await expect(unit).rejects.toThrow('could not commit')
    expect(told).toBe(false)
  })
})
