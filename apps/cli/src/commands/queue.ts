import { counted, formatSeconds } from '@backlot/base/format'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { table } from '../output.ts'

/** What waits, and when it will be rendered. */
export async function run(context: CliContext): Promise<void> {
  const { client } = await connect(context)
  const queue = await client.showQueue({})
  const { jobs, frames, unknownFrames, slots, workerSeconds, p50, p80 } = queue
  const when =
    p50 === null || p80 === null
      ? slots === 0
        ? 'no worker takes work now'
        : 'not known before some frames are rendered'
      : `${formatSeconds(p50)}; with 80 % within ${formatSeconds(p80)}`
  const lines = [
    ['Queued', `${counted(frames, 'frame')} of ${counted(jobs, 'job')}`],
    ['Work', workerSeconds === null ? 'not known yet' : `${formatSeconds(workerSeconds)} of one worker`],
    ['Left', `${when} (${counted(slots, 'slot')})`],
    ...(unknownFrames === 0 || workerSeconds === null
      ? []
      : [['', `${counted(unknownFrames, 'frame')} of jobs that are not measured yet count like the others`]]),
  ]
  context.output.answer(queue, frames === 0 ? 'Nothing is queued.' : table(lines))
}
