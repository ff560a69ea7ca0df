import { CodedError } from '@backlot/base/errors'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readJobId } from '../job-id.ts'

interface Options {
  priority?: number
  maxRunning?: number | null
}

export async function run(context: CliContext, { priority, maxRunning }: Options, [id]: [string]): Promise<void> {
  const jobId = readJobId(id)
  if (priority === undefined && maxRunning === undefined)
    throw new CodedError('cli.usage', 'Nothing to change: give --priority or --max-running.')
  const { client } = await connect(context)
  const job = await client.changeJob({
    params: { jobId },
    body: { ...(priority !== undefined && { priority }), ...(maxRunning !== undefined && { maxRunning }) },
  })
  context.output.answer({ jobId, priority: job.priority }, `${job.name} is changed.`)
}
