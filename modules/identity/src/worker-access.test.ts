import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { refuseExpired, signWorkerAccess, verifyWorkerAccess, workerAccessSeconds } from './worker-access.ts'

const key = randomBytes(32)
const now = new Date('2026-01-01T00:00:00Z')
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000)
const workerId = randomUUID()
const { token, expiresAt } = signWorkerAccess(key, workerId, now)

describe('worker access tokens', () => {
  it('name their worker until they expire', () => {
    expect(expiresAt).toEqual(later(workerAccessSeconds))
    const access = verifyWorkerAccess(key, token)
    expect(access.workerId).toBe(workerId)
    expect(() => refuseExpired(access, later(workerAccessSeconds - 1))).not.toThrow()
    expect(() => refuseExpired(access, expiresAt)).toThrow('expired')
  })

  it.each([
    ['another key', () => verifyWorkerAccess(randomBytes(32), token)],
    ['another worker', () => verifyWorkerAccess(key, token.replace(workerId, randomUUID()))],
    ['a later expiry', () => verifyWorkerAccess(key, token.replace(/\.\d+\./, '.99999999999.'))],
    ['no signature', () => verifyWorkerAccess(key, token.replace(/\.[^.]+$/, ''))],
    ['nothing', () => verifyWorkerAccess(key, 'bka_')],
    ['another kind', () => verifyWorkerAccess(key, token.replace('bka_', 'bkc_'))],
  ])('refuse %s', (_, verify) => {
    expect(verify).toThrow(expect.objectContaining({ code: 'auth.worker_token_invalid' }))
  })
})
