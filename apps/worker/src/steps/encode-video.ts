import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { deliverOther } from '../outbox/deliver.ts'
import { fetchInputs } from './inputs.ts'
import type { StepContext } from './step.ts'

const name = 'preview.mp4'

/** All frames as H.264 in MP4. */
export async function encodeVideo(context: StepContext<'encode_video'>): Promise<void> {
  const { attempt, parameters, folder, outbox } = context
  const frames = await fetchInputs(context, attempt.lease.inputs)
  const session = await context.blender({ clean: false, opensScene: false })
  attempt.progress({ message: 'Encoding the video' })
  const output = join(folder, name)
  const { frames: written } = await session.encodeVideo(
    {
      frames: frames.map(({ path }) => path),
      output,
      fps: parameters.fps,
      quality: parameters.quality,
      colour: frames[0]?.colour,
    },
    {
      signal: attempt.signal,
      onProgress: ({ fraction }) => attempt.progress(fraction === undefined ? {} : { fraction }),
    },
  )
  context.freeIn(0)
  if (written !== frames.length)
    throw new CodedError('render.bad_output', `The video has ${written} of ${frames.length} frames.`)
  void outbox.add(attempt, () => deliverOther(attempt, context.files, { path: output, kind: 'video', name }))
}
