import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signWorkerAccess, verifyWorkerAccess, workerAccessSeconds } from './worker-access.ts'

const key = randomBytes(32)
const now = new Date('2026-01-01T00:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const workerId = randomUUID()
const { token, expiresAt } = signWorkerAccess(key, workerId, now)

describe('worker access tokens', () => {
  it('name their worker until they expire', () => {
    expect(expiresAt).toEqual(later(workerAccessSeconds))
    expect(verifyWorkerAccess(key, token, later(workerAccessSeconds - 1))).toBe(workerId)
    expect(() => verifyWorkerAccess(key, token, expiresAt)).toThrow('expired')
  })

  it.each([
    ['another key', () => verifyWorkerAccess(randomBytes(32), token, now)],
    ['another worker', () => verifyWorkerAccess(key, token.replace(workerId, randomUUID()), now)],
    ['a later expiry', () => verifyWorkerAccess(key, token.replace(/\.\d+\./, '.99999999999.'), now)],
    ['no signature', () => verifyWorkerAccess(key, token.replace(/\.[^.]+$/, ''), now)],
    ['nothing', () => verifyWorkerAccess(key, 'bka_', now)],
    ['another kind', () => verifyWorkerAccess(key, token.replace('bka_', 'bkc_'), now)],
  ])('refuse %s', (_, verify) => {
    expect(verify).toThrow(expect.objectContaining({ code: 'auth.worker_token_invalid' }))
  })
})
