import { failureCauses } from '@backlot/contract/schemas/farm'
import { mayMove, taskTransitions, attemptTransitions } from '@backlot/contract/states'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Ending, isStrike, maxLosses, type Outcome, settleTask } from './settle-task.ts'

const ending = (changes: Partial<Ending>): Ending => ({
  outcome: { state: 'completed' },
  remaining: 1,
  progressed: false,
  failures: 0,
  losses: 0,
  maxRetries: 3,
  failedElsewhere: false,
  cancelled: false,
  ...changes,
})
const failed = (cause: (typeof failureCauses)[number]): Outcome => ({ state: 'failed', cause, code: 'x', message: 'y' })

const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constantFrom<Outcome>({ state: 'completed' }, { state: 'released' }, { state: 'lost' }),
  fc.constantFrom(...failureCauses).map(failed),
)
const anyEnding: fc.Arbitrary<Ending> = fc.record({
  outcome: anyOutcome,
  remaining: fc.nat({ max: 3 }),
  progressed: fc.boolean(),
  failures: fc.nat({ max: 5 }),
  losses: fc.nat({ max: maxLosses }),
  maxRetries: fc.nat({ max: 5 }),
  failedElsewhere: fc.boolean(),
  cancelled: fc.boolean(),
})

describe('settleTask', () => {
  it('completes a task exactly when nothing remains', () => {
    fc.assert(
      fc.property(anyEnding, (given) => {
        const fate = settleTask(given)
        expect(fate.task === 'completed').toBe(given.remaining === 0)
        expect(mayMove(taskTransitions, 'leased', fate.task)).toBe(true)
        expect(mayMove(attemptTransitions, 'running', fate.attempt)).toBe(true)
      }),
    )
  })

  it('never tries for ever, whatever happens', () => {
    fc.assert(
      fc.property(fc.infiniteStream(anyOutcome), fc.nat({ max: 5 }), (outcomes, maxRetries) => {
        let state = { failures: 0, losses: 0 }
        let tries = 0
        for (const outcome of outcomes) {
          if (outcome.state === 'released') continue // the worker gave it back on purpose
          if (outcome.state === 'failed' && outcome.cause === 'licence') continue // it waits, a minute each time
          tries++
          const fate = settleTask(ending({ ...state, outcome, maxRetries }))
          if (fate.task === 'failed') break
          state = fate
        }
        expect(tries).toBeLessThanOrEqual((maxRetries + 1) * (maxLosses + 1))
      }),
    )
  })

  it('charges the scene its retries and then fails the task with the error', () => {
    const retried = settleTask(ending({ outcome: failed('crash'), failures: 2 }))
    expect(retried).toMatchObject({ attempt: 'failed', task: 'queued', failures: 3 })
    const last = settleTask(ending({ outcome: failed('crash'), failures: 3 }))
    expect(last).toMatchObject({ task: 'failed', failures: 4, error: { code: 'x' } })
    expect(settleTask(ending({ outcome: failed('scene'), maxRetries: 0 })).task).toBe('failed')
  })

  it.each([failed('host'), failed('network'), failed('disk_full'), { state: 'lost' } as const])(
    'never charges a retry for a fault of the host (%o)',
    (outcome) => {
      expect(settleTask(ending({ outcome, maxRetries: 0 }))).toMatchObject({ task: 'queued', failures: 0, losses: 1 })
      expect(settleTask(ending({ outcome, losses: maxLosses })).task).toBe('failed')
      expect(settleTask(ending({ outcome, losses: maxLosses, progressed: true })).losses).toBe(1)
    },
  )

  it('does not believe "completed" while files are missing', () => {
    expect(settleTask(ending({}))).toMatchObject({
      attempt: 'failed',
      task: 'queued',
      failures: 1,
      error: { code: 'render.bad_output' },
    })
  })

  it('keeps what is done when the worker dies after the last frame', () => {
    expect(settleTask(ending({ outcome: { state: 'lost' }, remaining: 0 }))).toMatchObject({
      attempt: 'lost',
      task: 'completed',
    })
  })

  it('gives up at once what failed in the same way on another worker, if that is of the scene', () => {
    const again = (cause: (typeof failureCauses)[number]) =>
      settleTask(ending({ outcome: failed(cause), failedElsewhere: true })).task
    expect(failureCauses.filter((cause) => again(cause) === 'failed')).toEqual(['scene', 'missing_asset', 'script'])
  })

  it('waits for a licence as often as it takes, without charging anybody', () => {
    const waiting = ending({ outcome: failed('licence'), failures: 2, losses: 7 })
    expect(settleTask(waiting)).toMatchObject({ task: 'queued', failures: 2, losses: 7 })
  })

  it('tries nothing again in a cancelled job', () => {
    expect(settleTask(ending({ outcome: failed('crash'), cancelled: true, failures: 9 }))).toMatchObject({
      attempt: 'failed',
      task: 'queued',
      failures: 9,
    })
    expect(settleTask(ending({ outcome: { state: 'lost' }, cancelled: true }))).toMatchObject({ attempt: 'cancelled' })
  })
})

describe('a strike against the worker', () => {
  it('is a loss, and any failure that need not be the same on every worker', () => {
    const strikes = failureCauses.filter((cause) => isStrike({ attempt: 'failed', cause }))
    expect(failureCauses.filter((cause) => !strikes.includes(cause))).toEqual([
      'scene',
      'missing_asset',
      'script',
      'licence',
    ])
    expect(isStrike({ attempt: 'lost', cause: null })).toBe(true)
    expect(isStrike({ attempt: 'cancelled', cause: null })).toBe(false)
    expect(isStrike({ attempt: 'completed', cause: null })).toBe(false)
  })
})
