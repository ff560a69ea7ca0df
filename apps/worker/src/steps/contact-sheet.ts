import { join } from 'node:path'
import { deliverOther } from '../outbox/deliver.ts'
import { checkImage } from '../verify/check-image.ts'
import { fetchInputs } from './inputs.ts'
import type { StepContext } from './step.ts'

const name = 'contact-sheet.png'

/** One picture of frames spread evenly over the job. */
export async function contactSheet(context: StepContext<'contact_sheet'>): Promise<void> {
  const { attempt, parameters, folder, outbox } = context
  const frames = await fetchInputs(context, spread(attempt.lease.inputs, parameters.maxFrames))
  const session = await context.blender({ clean: false, opensScene: false })
  attempt.progress({ message: 'Composing the contact sheet' })
  const output = join(folder, name)
  await session.contactSheet(
    { frames, output, frameWidth: parameters.frameWidth, colour: frames[0]?.colour },
    {
      signal: attempt.signal,
      onProgress: ({ fraction }) => attempt.progress(fraction === undefined ? {} : { fraction }),
    },
  )
  context.freeIn(0)
  void outbox.add(attempt, async () => {
    await checkImage(output)
    await deliverOther(attempt, context.files, { path: output, kind: 'contact_sheet', name })
  })
}

/** At most `count` of the items, the first and the last among them, with equal distances. */
export function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items]
  if (count === 1) return items.slice(0, 1)
  return Array.from({ length: count }, (_, index) => items[Math.round((index * (items.length - 1)) / (count - 1))] as T)
}
