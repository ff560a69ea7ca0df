import type { JobDocument } from '@backlot/contract/job-document'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Replaces a job's document, with the moments that are shown beside it. */
export async function writeDocument(
  tx: Tx,
  jobId: string,
  { document, startedAt, endedAt }: { document: JobDocument; startedAt: Date | null; endedAt: Date | null },
): Promise<void> {
  await sql`
    update backlot.jobs
    set document = ${JSON.stringify(document)}, started_at = ${startedAt}, ended_at = ${endedAt}
    where job_id = ${jobId}
  `.execute(tx)
}
