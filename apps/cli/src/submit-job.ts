import { basename, join } from 'node:path'
import { formatBytes } from '@backlot/base/format'
import { submit, type SubmitProgress, type SubmitResult } from '@backlot/submission/submit'
import type { SubmitRequest } from '@backlot/submission/submit-request'
import type { Connection } from './connection.ts'
import type { CliContext } from './context.ts'
import { formatProgress } from './output.ts'
import { filesAndBytes } from './pack-text.ts'
import { printable } from './printable.ts'
import { reportEnvironment, reportFolder } from './reports.ts'

/** Submits with progress on the status line. Accepted problems are said. */
export async function submitJob(
  context: CliContext,
  { client, server }: Pick<Connection, 'client' | 'server'>,
  request: SubmitRequest,
): Promise<SubmitResult> {
  const { output, signal, cacheFolder } = context
  const result = await submit(request, {
    client,
    signal,
    reportFolder: reportFolder(context),
    environment: reportEnvironment({ server }),
    hashCache: join(cacheFolder, 'hashes.sqlite'),
    onProgress(progress) {
      if (progress.stage === 'preflight' && progress.note !== undefined) output.note(progress.note)
      else output.status(statusOf(progress))
    },
  })
  for (const problem of result.problems) output.warn(printable(problem))
  return result
}

function statusOf(progress: SubmitProgress): string {
  switch (progress.stage) {
    case 'preflight':
      return 'Checking the file, the server and the disk …'
    case 'trace':
      return `Tracing: ${progress.filesRead} of ${progress.filesKnown} .blend files${progress.missing > 0 ? `, ${progress.missing} missing` : ''}`
    case 'fetch_library':
      return `Fetching ${basename(progress.library)} from the cloud: ${formatBytes(progress.bytes)}`
    case 'fetch':
      return `Fetching from the cloud: ${filesAndBytes(progress.progress)}`
    case 'register':
      return 'Registering the job …'
    case 'pack':
    case 'upload': {
      return `${progress.stage === 'pack' ? 'Hashing' : 'Uploading'}: ${formatProgress(progress.progress)}`
    }
  }
}
