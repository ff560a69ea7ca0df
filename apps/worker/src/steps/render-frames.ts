import { makeThumbnail } from './frame-output.ts'
import { openScene, settingsOf } from './open-scene.ts'
import { renderEach } from './render-each.ts'
import type { StepContext } from './step.ts'

/** Renders the frames of the lease. */
export async function renderFrames(context: StepContext<'render_frames'>): Promise<void> {
  const { folder, parameters } = context
  const session = await openScene(context)
  const settings = settingsOf(context)
  await renderEach(context, session, {
    name: (frame) => `frame ${frame}`,
    render: (frame, options) =>
      session.render({ frame, folder, settings, tolerateScriptErrors: parameters.ignoreErrors }, options),
    thumbnail: (_, rendered) => makeThumbnail(context, session, rendered),
  })
}
