import { describe, expect, it } from 'vitest'
import { backoff, retry, sleep } from './wait.ts'

describe('sleep', () => {
  it('ends at once when it is aborted', async () => {
    const abort = new AbortController()
    const waiting = sleep(60_000, abort.signal)
    abort.abort(new Error('stop'))
    await expect(waiting).rejects.toThrow('stop')
    await expect(sleep(60_000, abort.signal)).rejects.toThrow('stop')
  })
})

describe('backoff', () => {
  it('doubles up to the longest wait, within its upper half', () => {
    const options = { first: 100, longest: 1000 }
    expect([1, 2, 3, 4, 5].map((attempt) => backoff(attempt, options, () => 1))).toEqual([100, 200, 400, 800, 1000])
    expect(backoff(9, options, () => 0)).toBe(500)
  })
})

describe('retry', () => {
  const quick = { first: 1, longest: 1 }
  it('gives up after the last try with its error', async () => {
    let calls = 0
    const work = () => Promise.reject(new Error(`try ${++calls}`))
    await expect(retry(work, { ...quick, tries: 3, isRetryable: () => true })).rejects.toThrow('try 3')
  })
  it('does not repeat what can not pass', async () => {
    let calls = 0
    const work = () => Promise.reject(new Error(`try ${++calls}`))
    await expect(retry(work, { ...quick, tries: 3, isRetryable: () => false })).rejects.toThrow('try 1')
  })
  it('returns the first success', async () => {
    const work = (attempt: number) => (attempt < 3 ? Promise.reject(new Error('not yet')) : Promise.resolve(attempt))
    await expect(retry(work, { ...quick, tries: 5, isRetryable: () => true })).resolves.toBe(3)
  })
})
