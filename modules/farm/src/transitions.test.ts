import {
  attemptStates,
  attemptTransitions,
  taskStates,
  taskTransitions,
  workerStates,
  workerTransitions,
} from '@backlot/contract/states'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { move } from './transitions.ts'

const subjects = [
  { subject: 'task', states: taskStates, table: taskTransitions },
  { subject: 'attempt', states: attemptStates, table: attemptTransitions },
  { subject: 'worker', states: workerStates, table: workerTransitions },
] as const

describe.each(subjects)('a $subject', ({ subject, states, table }) => {
  it('moves exactly as its table says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...states), fc.constantFrom(...states), (from, to) => {
        const allowed = (table as Record<string, readonly string[]>)[from]?.includes(to)
        expect(outcomeOf(() => move(subject, 'id', from as never, to as never))).toBe(
          allowed ? to : 'farm.illegal_transition',
        )
      }),
    )
  })
})

function outcomeOf(go: () => string): string {
  try {
    return go()
  } catch (error) {
    return (error as { code: string }).code
  }
}
