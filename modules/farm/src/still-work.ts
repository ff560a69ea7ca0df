import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import {
  continueSplit,
  countRanges,
  samplesUpTo,
  type Split,
  split as splitSchema,
} from '@backlot/contract/steps/sample-settings'
import type { Tx } from '@backlot/db/tx'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { cutSteps } from './queries/cut-steps.ts'
import { extendSamples } from './queries/extend-samples.ts'
import { readSteps, type StepRow } from './queries/read-steps.ts'
import { conclude } from './settle-attempts.ts'

/** What a person does to an image that is rendered in ranges of samples. Called under the lock of the job. */

/** It is good enough: what is handed out is finished, then merged. Answers whether there was more to render. */
export async function finishStill(context: FarmContext, unit: Unit, jobId: string): Promise<boolean> {
  const { step } = await stillOf(unit.tx, jobId)
  if (step.nextPlace === 0) {
    throw new CodedError<ErrorCode>('job.illegal_transition', 'No samples of it are rendered yet.', {
      details: { jobId },
    })
  }
  const [cut] = await cutSteps(unit.tx, [step.stepId])
  if (cut === undefined) return false
  // Queued again, and all of it is there: nothing is leased any more that would begin it.
  const { tenantId, kind } = cut
  if (cut.ended && !cut.begun) await context.workflow().stepBegan(unit, { tenantId, jobId, kind })
  await conclude(context, unit, cut, false)
  return true
}

/**
 * It is not good enough: more samples, beside those that are there. The image is merged anew when they are done.
 *
 * @returns the samples that it had
 */
export async function continueStill(
  context: FarmContext,
  { tx, afterCommit }: Unit,
  jobId: string,
  samples: number,
): Promise<number> {
  const { step, split } = await stillOf(tx, jobId)
  const had = samplesUpTo(split, step.frameCount)
  if (samples <= had) {
    throw new CodedError<ErrorCode>('request.invalid', `The image has ${had} samples: ask for more than that.`, {
      details: { jobId, samples, had },
    })
  }
  const longer = continueSplit(split, step.frameCount, samples)
  await extendSamples(tx, jobId, { split: longer, ranges: countRanges({ ...longer, samples }) })
  afterCommit(() => context.wake([step.stepId]))
  return had
}

async function stillOf(tx: Tx, jobId: string): Promise<{ step: StepRow; split: Split }> {
  const step = (await readSteps(tx, jobId)).find(({ kind }) => kind === 'render_samples')
  if (step === undefined) {
    throw new CodedError<ErrorCode>('job.illegal_transition', 'This job is not one still in ranges of samples.', {
      details: { jobId },
    })
  }
  return { step, split: splitSchema.parse(step.parameters.split) }
}
