import { CodedError } from '@backlot/base/errors'
import { framesOf, parseFrames } from '@backlot/contract/frames'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readJobId } from '../job-id.ts'

type Change = 'cancel' | 'pause' | 'resume' | 'approve' | 'finish' | 'continue' | 'requeue' | 'delete'
interface Options {
  all?: boolean
  frames?: string
  samples?: number
}

/** One of the commands that change a job. */
export function change(kind: Change) {
  return async (context: CliContext, options: Options, [id]: [string]): Promise<void> => {
    const jobId = readJobId(id)
    const { client } = await connect(context)
    const params = { jobId }
    if (kind === 'delete') {
      await client.deleteJob({ params })
      return context.output.answer({ jobId, deleted: true }, `Deleted ${jobId}.`)
    }
    const job = await {
      cancel: () => client.cancelJob({ params }),
      pause: () => client.pauseJob({ params }),
      resume: () => client.resumeJob({ params }),
      approve: () => client.approveJob({ params }),
      finish: () => client.finishJob({ params }),
      continue: () => client.continueJob({ params, body: { samples: options.samples ?? 0 } }),
      requeue: () =>
        client.requeueJob({
          params,
          body: {
            all: options.all === true,
            ...(options.frames === undefined ? {} : { frames: readFrames(options.frames) }),
          },
        }),
    }[kind]()
    context.output.answer({ jobId, state: job.state, tasks: job.tasks }, `${job.name} is ${job.state}.`)
  }
}

function readFrames(text: string): number[] {
  const parsed = parseFrames(text)
  if ('problem' in parsed) throw new CodedError('submit.invalid_frames', `--frames: ${parsed.problem}.`)
  return framesOf(parsed.spans)
}
