import { resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { counted } from '@backlot/base/format'
import { isEnded } from '@backlot/contract/states'
import { downloadMany } from '@backlot/transfer/download'
import { FolderPlaces } from '@backlot/transfer/platform-path'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { folderName } from '@backlot/base/folder-name'
import { readJobId } from '../job-id.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { formatProgress } from '../output.ts'
import { reportDownload, type ReportedDownload } from '../reports.ts'
import { exitCodeOfJob, renamedText, watchJob } from '../watch-job.ts'

interface Options {
  to?: string
  auto?: boolean
}

/** Fetches what is finished, once, or (`--auto`) everything until the job ends. What is there already is not sent again. */
export async function run(context: CliContext, options: Options, [id]: [string]): Promise<ExitCode> {
  const jobId = readJobId(id)
  const { output, signal } = context
  const connection = await connect(context)
  const { client } = connection
  const job = await client.showJob({ params: { jobId } })
  const folder = resolve(options.to ?? folderName(job.name))

  const follow = async ({ stage, onFile, warn }: ReportedDownload): Promise<ExitCode> => {
    const watched = await watchJob(context, connection, { jobId, downloadTo: folder, onFile, warn })
    const { frames, outputs } = watched
    const { state } = watched.job
    stage.result = { state, frames: frames.length, outputs: outputs.length }
    output.answer(
      { jobId, state, to: folder, frames, outputs },
      `${counted(frames.length + outputs.length, 'file')} in ${folder}.`,
    )
    return exitCodeOfJob(watched.job)
  }
  const fetchOnce = async ({ stage, onFile, warn }: ReportedDownload): Promise<ExitCode> => {
    const { items } = await client.listOutputs({ params: { jobId } })
    if (items.length === 0)
      throw new CodedError('job.output_not_found', 'The job has no finished files yet.', {
        details: { state: job.state },
      })
    const places = new FolderPlaces(folder)
    const files = items.map(({ name, sha256, size }) => ({ target: places.of(name), sha256, size }))
    const done = await downloadMany(client, files, {
      signal,
      onFile,
      onProgress: (progress) => output.status(`Downloading: ${formatProgress(progress)}`),
    })
    for (const line of renamedText(places.renamed)) {
      output.warn(line)
      warn(line)
    }
    stage.result = { state: job.state, ...done }
    output.answer(
      { jobId, state: job.state, to: folder, files: items, transferred: done },
      `${counted(items.length, 'file')} in ${folder}.`,
    )
    return isEnded(job.state) ? exitCodeOfJob(job) : exitCodes.done
  }
  const work = options.auto && !isEnded(job.state) ? follow : fetchOnce
  return reportDownload(context, connection, { jobId, folder }, work)
}
