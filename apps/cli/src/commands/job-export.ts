import { join, resolve } from 'node:path'
import { counted } from '@backlot/base/format'
import { folderName } from '@backlot/base/folder-name'
import { BlobCache } from '@backlot/transfer/blob-cache'
import { connect } from '../connection.ts'
import type { CliContext } from '../context.ts'
import { readJobId } from '../job-id.ts'
import { exportJob } from '../openjd/export-job.ts'
import { formatProgress } from '../output.ts'

interface Options {
  to?: string
  framesPerTask?: number
}

/** So much of what was fetched stays for the next export. Bytes. */
const cacheBytes = 2 * 2 ** 30

/** Writes a job for farms that read Open Job Description. */
export async function run(context: CliContext, { to, framesPerTask }: Options, [id]: [string]): Promise<void> {
  const jobId = readJobId(id)
  const { output, signal, cacheFolder } = context
  const { client } = await connect(context)
  const job = await client.showJob({ params: { jobId } })
  const folder = resolve(to ?? `${folderName(job.name)}-openjd`)
  const cache = new BlobCache({ folder: join(cacheFolder, 'blobs'), limitBytes: cacheBytes })
  const exported = await exportJob(job, folder, {
    client,
    cache,
    framesPerTask,
    signal,
    onProgress: (progress) => output.status(`Fetching the project: ${formatProgress(progress)}`),
  })
  const { frames, tasks, steps } = exported
  output.answer(
    { jobId, to: folder, ...exported },
    `${counted(frames, 'frame')} in ${counted(tasks, 'task')}: ${exported.template}\n` +
      steps.map((step) => `openjd run ${exported.template} --step '${step}' -p Blender=blender`).join('\n'),
  )
}
