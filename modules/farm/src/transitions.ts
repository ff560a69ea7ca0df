import { CodedError } from '@backlot/base/errors'
import {
  attemptTransitions,
  mayMove,
  taskTransitions,
  type Transitions,
  workerTransitions,
} from '@backlot/contract/states'

const tables = { task: taskTransitions, attempt: attemptTransitions, worker: workerTransitions }
type Subject = keyof typeof tables
type StateOf<S extends Subject> = keyof (typeof tables)[S] & string

/**
 * The one function through which every change of a task's, an attempt's or a worker's state goes: it gives the new
 * state, or throws `farm.illegal_transition` when the table of the contract does not allow it.
 */
export function move<S extends Subject>(subject: S, id: string, from: StateOf<S>, to: StateOf<S>): StateOf<S> {
  if (!mayMove(tables[subject] as Transitions<string>, from, to)) {
    throw new CodedError('farm.illegal_transition', `The ${subject} can't go from ${from} to ${to}.`, {
      details: { subject, id, from, to },
    })
  }
  return to
}
