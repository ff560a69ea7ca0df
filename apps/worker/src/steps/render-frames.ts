import { basename } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import type { RenderedFrame } from '@backlot/blender/driver'
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
    render: async (frame, options) =>
      onePicture(
        await session.render({ frame, folder, settings, tolerateScriptErrors: parameters.ignoreErrors }, options),
      ),
    thumbnail: (_, rendered) => makeThumbnail(context, session, rendered),
  })
}

/** A frame is one file on a farm; the other views of a stereo scene would be lost without a word. */
function onePicture(rendered: RenderedFrame): RenderedFrame {
  const { frame, files } = rendered
  if (files.length === 1) return rendered
  const names = files.map((path) => basename(path)).join(' and ')
  throw new CodedError(
    'render.views_apart',
    `Frame ${frame} became ${files.length} files, ${names}: one for each view.`,
  )
}
