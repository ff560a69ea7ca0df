import { join, resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { counted } from '@backlot/base/format'
import { isEnded } from '@backlot/contract/states'
import { downloadMany } from '@backlot/transfer/download'
import { openReport } from '@backlot/transfer/report'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { folderName } from '../folder-name.ts'
import { readJobId } from '../job-id.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { formatProgress } from '../output.ts'
import { reportFolder } from '../submit-job.ts'
import { exitCodeOfJob, watchJob } from '../watch-job.ts'

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
  const report = await openReport({ dir: reportFolder(context), kind: 'download', subject: { jobId, folder } })
  try {
    if (options.auto && !isEnded(job.state)) {
      const watched = await report.stage('download', () => watchJob(context, connection, { jobId, downloadTo: folder }))
      await report.finish()
      const files = [...watched.frames, ...watched.outputs]
      output.answer(
        { jobId, state: watched.job.state, to: folder, frames: watched.frames, outputs: watched.outputs },
        `${counted(files.length, 'file')} in ${folder}.`,
      )
      return exitCodeOfJob(watched.job)
    }
    const { items } = await client.listOutputs({ params: { jobId } })
    if (items.length === 0)
      throw new CodedError('job.output_not_found', 'The job has no finished files yet.', {
        details: { state: job.state },
      })
    const files = items.map(({ name, sha256, size }) => ({ target: join(folder, ...name.split('/')), sha256, size }))
    const done = await report.stage('download', () =>
      downloadMany(client, files, {
        signal,
        onProgress: (progress) => output.status(`Downloading: ${formatProgress(progress)}`),
        onFile: ({ target, size }, { skipped, seconds }) =>
          report.file({ path: target, size, seconds, outcome: skipped ? 'skipped' : 'received' }),
      }),
    )
    await report.finish()
    output.answer(
      { jobId, state: job.state, to: folder, files: items, transferred: done },
      `${counted(items.length, 'file')} in ${folder}.`,
    )
    return isEnded(job.state) ? exitCodeOfJob(job) : exitCodes.done
  } catch (error) {
    await report.fail(error)
    throw error
  }
}
