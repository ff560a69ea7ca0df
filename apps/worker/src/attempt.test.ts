import type { Client } from '@backlot/contract/client'
import type { Lease } from '@backlot/contract/schemas/farm'
import { expect, it } from 'vitest'
import { Attempt } from './attempt.ts'
import type { AttemptLog } from './attempt-log.ts'

const lease = { attemptId: 'a', fence: 1, stallSeconds: 1200, settledStallSeconds: 120 } as Lease

it('is patient with a Blender that loads, and less so once it has rendered a frame of the job', () => {
  const attempt = new Attempt(lease, {} as Client, {} as AttemptLog, 0)
  attempt.endIfStalled(1_200_000)
  expect(attempt.endReason).toBeUndefined()
  attempt.settle()
  attempt.progress({}, 1_200_000)
  attempt.endIfStalled(1_320_000)
  expect(attempt.endReason).toBeUndefined()
  attempt.endIfStalled(1_320_001)
  expect(attempt.endReason).toBe('stalled')
})

it('that gives no sign of life while it loads is ended too', () => {
  const attempt = new Attempt(lease, {} as Client, {} as AttemptLog, 0)
  attempt.endIfStalled(1_200_001)
  expect(attempt.endReason).toBe('stalled')
})
