import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { giveUpSteps } from './queries/give-up-steps.ts'
import type { StepAfter } from './queries/step-after.ts'

/**
 * Steps of which more tasks failed for good than their job allows are not gone on with: what runs of them may end and
 * counts, nothing else is begun. Answers all of the steps as they are then. Called under the lock of their jobs.
 */
export async function giveUpHopeless(
  context: FarmContext,
  unit: Unit,
  steps: readonly StepAfter[],
): Promise<readonly StepAfter[]> {
  const hopeless = steps.filter(isHopeless)
  if (hopeless.length === 0) return steps
  const given = await giveUpSteps(
    unit.tx,
    hopeless.map(({ stepId }) => stepId),
  )
  for (const { tenantId, jobId, kind, failed, running } of given) {
    await context.workflow().stepGivenUp(unit, { tenantId, jobId, kind }, { failed, running })
  }
  const after = new Map(given.map((step) => [step.stepId, step]))
  return steps.map((step) => after.get(step.stepId) ?? step)
}

function isHopeless({ mostFailed, failed, ended, cancelled }: StepAfter): boolean {
  return mostFailed !== null && failed > mostFailed && !ended && !cancelled
}
