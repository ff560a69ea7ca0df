import { Readable } from 'node:stream'
import { contentDisposition } from '@backlot/base/content-disposition'
import { folderName } from '@backlot/base/folder-name'
import type { BinaryResponse } from '@backlot/contract/handler'
import type { JobOutput } from '@backlot/contract/schemas/jobs'
import type { PipelinePorts } from './ports.ts'
import type { JobRow } from './queries/job-row.ts'
import { type ZipEntry, zipSize, zipStream } from './zip-stream.ts'

/** Every finished file of a job in one archive, in a folder of the job's name. */
export function downloadOutputs(
  { readFile }: Pick<PipelinePorts, 'readFile'>,
  { tenantId, name, endedAt, createdAt }: JobRow,
  outputs: readonly JobOutput[],
): BinaryResponse {
  const folder = folderName(name)
  const entries = outputs.map((output): ZipEntry => ({
    name: `${folder}/${output.name}`,
    size: output.size,
    open: () => readFile(tenantId, output.sha256),
  }))
  return {
    status: 200,
    headers: {
      'content-type': 'application/zip',
      'content-length': String(zipSize(entries)),
      'content-disposition': contentDisposition('attachment', `${folder}.zip`),
      'cache-control': 'private, no-store',
    },
    content: Readable.from(zipStream(entries, endedAt ?? createdAt), { objectMode: false }),
  }
}
