import { resolve } from 'node:path'
import { makeFolder } from '@backlot/base/node/make-folder'
import { counted, formatBytes, formatSeconds } from '@backlot/base/format'
import { CodedError } from '@backlot/base/errors'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { naming } from '../naming.ts'
import { reportDownload } from '../reports.ts'
import { submitJob } from '../submit-job.ts'
import { type SubmitCommandOptions, submitRequest } from '../submit-options.ts'
import { exitCodeOfJob, watchJob } from '../watch-job.ts'

export async function run(context: CliContext, options: SubmitCommandOptions, [file]: [string]): Promise<ExitCode> {
  const { output, signal } = context
  const folder = options.download && resolve(options.download)
  // A folder that can't be made is better known before anything is sent.
  if (folder !== undefined) await makeFolder(folder)
  const connection = await connect(context)
  const submitted = await submitJob(context, connection, submitRequest(file, options)).catch((error: unknown) => {
    throw naming(resolve(file), error)
  })
  const { jobId, url, uploaded, stages, problems, isWhole } = submitted
  const base = { jobId, url, uploaded, stages, problems }
  const sent = `${counted(uploaded.files - uploaded.skippedFiles, 'file')} sent (${formatBytes(uploaded.bytes - uploaded.skippedBytes)}), ${uploaded.skippedFiles} there already`
  const text = `Job ${jobId}\n${url}\n${sent}; ${stages.map(({ name, seconds }) => `${name} ${formatSeconds(seconds)}`).join(', ')}`
  const accepted = isWhole ? exitCodes.done : exitCodes.finishedWithProblems
  if (!options.follow && folder === undefined) {
    output.answer(base, text)
    return options.ignoreErrors ? accepted : exitCodes.done
  }
  // With --json and without --follow there is one value, at the end.
  if (options.follow || !output.json) output.line({ type: 'submitted', ...base }, text)
  const watch = { jobId, printUpdates: options.follow === true }
  const watching =
    folder === undefined
      ? watchJob(context, connection, watch)
      : reportDownload(context, connection, { jobId, folder }, ({ onFile, warn }) =>
          watchJob(context, connection, { ...watch, downloadTo: folder, onFile, warn }),
        )
  const watched = await watching.catch((error: unknown) => {
    if (!signal.aborted) throw error
    throw new CodedError('cli.interrupted', 'Interrupted.', { details: { jobId }, cause: error })
  })
  const { job, frames, outputs } = watched
  output.line(
    { ...(options.follow && { type: 'ended' }), ...base, state: job.state, frames, outputs },
    endText(job.state, frames.length, job.frames.total, folder),
  )
  const code = exitCodeOfJob(job)
  return code === exitCodes.done && options.ignoreErrors ? accepted : code
}

function endText(state: string, done: number, total: number, folder: string | undefined): string {
  return `The job ${state === 'completed' ? 'is completed' : `has ${state === 'failed' ? 'failed' : 'been cancelled'}`}: ${done} of ${total} frames${folder === undefined ? '' : ` in ${folder}`}.`
}
