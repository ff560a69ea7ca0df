import { join } from 'node:path'
import { messageOf } from '@backlot/base/errors'
import type { BlenderSession, RenderedFrame, SampleRange } from '@backlot/blender/driver'
import { samplesOf } from '@backlot/contract/steps/sample-settings'
import { type Thumbnail, thumbnailSize } from './frame-output.ts'
import { openScene, settingsOf } from './open-scene.ts'
import { renderEach } from './render-each.ts'
import type { StepContext } from './step.ts'

type Context = StepContext<'render_samples'>

/** Looking at what there is takes at most this part of the time that rendering took. */
const shareOfLooks = 0.2

/** Renders ranges of the samples of one image, each to a file of floats, and looks at what they make together so far. */
export async function renderSamples(context: Context): Promise<void> {
  const { folder, parameters } = context
  const { frame, split } = parameters
  const session = await openScene(context)
  const settings = settingsOf(context)
  const look = createLook(context, session)
  await renderEach(context, session, {
    name(place) {
      const { first, count } = samplesOf(split, place)
      return `samples ${first} to ${first + count - 1} of frame ${frame}`
    },
    render: (place, options) =>
      session.renderSamples(
        {
          ...samplesOf(split, place),
          total: split.samples,
          frame,
          folder,
          settings,
          tolerateScriptErrors: parameters.ignoreErrors,
        },
        options,
      ),
    thumbnail: (place, rendered) => look.at({ ...samplesOf(split, place), path: rendered.path }, rendered),
    facts: (place) => ({ frame: place, noise: look.noise, keep: true }),
  })
}

/**
 * The picture of the ranges that this task has rendered, and its noise. Two workers see two halves of the samples: each
 * half looks like the whole with fewer samples.
 */
function createLook({ attempt, folder }: Context, session: BlenderSession) {
  const ranges: SampleRange[] = []
  let spent = { rendering: 0, looking: 0 }
  let noise: { value: number; samples: number } | undefined
  return {
    /** Of the latest look; undefined until two ranges could be compared. */
    get noise() {
      return noise
    },

    async at(range: SampleRange, { seconds, colour }: RenderedFrame): Promise<Thumbnail | undefined> {
      ranges.push(range)
      noise = undefined
      spent = { ...spent, rendering: spent.rendering + seconds }
      const isLast = ranges.length === attempt.lease.frames.length
      if (spent.looking > spent.rendering * shareOfLooks && !isLast) return undefined
      const path = join(folder, `look-${ranges.length}.jpg`)
      const started = performance.now()
      try {
        const seen = await session.previewSamples(
          { ranges, output: path, size: thumbnailSize, colour },
          { signal: attempt.signal, onProgress: () => attempt.progress() },
        )
        const samples = ranges.reduce((sum, { count }) => sum + count, 0)
        if (seen.noise !== null) noise = { value: seen.noise, samples }
        return { path, warnings: [] }
      } catch (error) {
        // An image that nobody has looked at is still an image.
        if (attempt.signal.aborted || !session.alive) throw error
        attempt.log.write(`There is no preview: ${messageOf(error)}`, 'warning')
        return undefined
      } finally {
        spent = { ...spent, looking: spent.looking + (performance.now() - started) / 1000 }
      }
    },
  }
}
