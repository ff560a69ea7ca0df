import { counted } from '@backlot/base/format'
import type { WhyNotRunning } from '@backlot/contract/schemas/jobs'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { wishesOf } from './lease-tasks.ts'
import { countTasksAhead } from './queries/count-tasks-ahead.ts'
import { findFreeSlots } from './queries/find-free-slots.ts'
import type { StepRow } from './queries/read-steps.ts'
import type { WorkerRow } from './queries/worker-row.ts'
import { rankQueue } from './rank-queue.ts'

/** Tasks, so that what limits hold back does not hide what comes behind it: leasing looks again for these. */
const depth = 1000

/** What would be leased to all free slots now says whether it is the step's turn: the scheduler itself is asked. */
export async function explainQueue(
  context: FarmContext,
  unit: Unit,
  step: StepRow,
  able: readonly WorkerRow[],
): Promise<WhyNotRunning['reasons'][number]> {
  const { tx, now } = unit
  const asks = await findFreeSlots(tx)
  const { grants } = wishesOf(context, asks, await rankQueue(unit, asks, { depth }), now)
  if (grants.some(({ step: { stepId } }) => stepId === step.stepId)) {
    return {
      code: 'starting',
      message: 'A worker is about to take it.',
      advice: 'Nothing to do: this takes a moment.',
    }
  }
  const ahead = await countTasksAhead(tx, step)
  const first = ahead === 0 ? '' : `${counted(ahead, 'task')} come${ahead === 1 ? 's' : ''} first`
  const advice = 'Wait, add workers, or submit with a higher priority.'
  const ids = new Set(able.map(({ workerId }) => workerId))
  if (asks.some(({ workerId }) => ids.has(workerId))) {
    const others = first === '' ? 'Others, who have less of the farm, come first' : first
    return { code: 'others_come_first', message: `${others} (priority ${step.priority}).`, advice }
  }
  const slots = able.reduce((sum, worker) => sum + worker.slots, 0)
  const taken =
    slots === 1 ? 'The only slot that could do it is taken' : `All ${slots} slots that could do it are taken`
  return {
    code: 'all_workers_busy',
    message: `${taken}${first === '' ? '' : `; ${first}`} (priority ${step.priority}).`,
    advice,
  }
}
