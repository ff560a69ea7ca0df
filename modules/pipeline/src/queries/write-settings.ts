import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { JobRow } from './job-row.ts'

export async function writeSettings(tx: Tx, jobId: string, settings: JobRow['settings']): Promise<void> {
  await sql`update backlot.jobs set settings = ${JSON.stringify(settings)}::jsonb where job_id = ${jobId}`.execute(tx)
}
