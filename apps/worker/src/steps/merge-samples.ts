import { samplesOf } from '@backlot/contract/steps/sample-settings'
import { makeThumbnail } from './frame-output.ts'
import { fetchInputs } from './inputs.ts'
import { openScene, settingsOf } from './open-scene.ts'
import { renderEach } from './render-each.ts'
import type { StepContext } from './step.ts'

/** Makes the image of all ranges of its samples: what the unsplit render would have written. */
export async function mergeSamples(context: StepContext<'merge_samples'>): Promise<void> {
  const { attempt, folder, parameters } = context
  const { split, ignoreErrors: tolerateScriptErrors } = parameters
  const inputs = await fetchInputs(context, attempt.lease.inputs)
  const session = await openScene(context)
  const settings = settingsOf(context)
  const ranges = inputs.map(({ frame: place, path, samples }) => {
    const { first, count } = samplesOf(split, place)
    return { path, first, count: samples ?? count }
  })
  await renderEach(context, session, {
    name: (frame) => `frame ${frame} from ${ranges.length} ranges of samples`,
    render: (frame, options) =>
      session.mergeSamples({ frame, folder, ranges, settings, tolerateScriptErrors }, options),
    thumbnail: (_, rendered) => makeThumbnail(context, session, rendered),
  })
}
