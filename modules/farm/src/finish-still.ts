import { fewestRanges } from '@backlot/contract/steps/sample-settings'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { cutSteps } from './queries/cut-steps.ts'
import type { StepAfter } from './queries/step-after.ts'

/**
 * Images that are clean enough by now get no more samples than those that are under way. Answers all of the steps as they
 * are then. Called under the lock of their jobs.
 */
export async function cutGoodEnough(
  context: FarmContext,
  unit: Unit,
  steps: readonly StepAfter[],
): Promise<readonly StepAfter[]> {
  const enough = steps.filter(isGoodEnough)
  if (enough.length === 0) return steps
  const cut = await cutSteps(
    unit.tx,
    enough.map(({ stepId }) => stepId),
  )
  for (const { tenantId, jobId, kind, noise } of cut) {
    await context.workflow().stillGoodEnough(unit, { tenantId, jobId, kind }, { noise: noise ?? 0 })
  }
  const after = new Map(cut.map((step) => [step.stepId, step]))
  return steps.map((step) => after.get(step.stepId) ?? step)
}

function isGoodEnough({ noise, noiseThreshold, framesCompleted, cancelled, ended }: StepAfter): boolean {
  if (noise === null || noiseThreshold === null || cancelled || ended) return false
  return noise <= noiseThreshold && framesCompleted >= fewestRanges
}
