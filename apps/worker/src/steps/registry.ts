import { CodedError } from '@backlot/base/errors'
import { type StepKind, stepRegistry } from '@backlot/contract/steps/registry'
import { contactSheet } from './contact-sheet.ts'
import { encodeVideo } from './encode-video.ts'
import { mergeSamples } from './merge-samples.ts'
import { renderFrames } from './render-frames.ts'
import { renderSamples } from './render-samples.ts'
import type { Step, StepContext, WorkerStepKind } from './step.ts'

export const steps: { [Kind in WorkerStepKind]: Step<Kind> } = {
  render_frames: renderFrames,
  render_samples: renderSamples,
  merge_samples: mergeSamples,
  contact_sheet: contactSheet,
  encode_video: encodeVideo,
}

/** Runs the step that the attempt's lease names, with its parameters checked. Throws `render.host_error` otherwise. */
export async function runStep(context: Omit<StepContext<StepKind>, 'parameters'>): Promise<void> {
  const { step: kind, parameters } = context.attempt.lease
  if (!Object.hasOwn(steps, kind))
    throw new CodedError('render.host_error', `This worker does not know how to do "${kind}": it is too old.`)
  const parsed = stepRegistry[kind].parameters.safeParse(parameters)
  if (!parsed.success)
    throw new CodedError('render.host_error', `The parameters of "${kind}" do not fit its schema.`, {
      cause: parsed.error,
    })
  const step = steps[kind as WorkerStepKind] as Step<StepKind>
  await step({ ...context, parameters: parsed.data } as StepContext<StepKind>)
}
