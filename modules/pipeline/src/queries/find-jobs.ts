import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { columns, type JobRow } from './job-row.ts'

/** These jobs, for the background role. */
export async function findJobs(tx: Tx, jobIds: readonly string[]): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`
    select ${columns} from backlot.jobs where job_id = any(${[...jobIds]}::uuid[])
  `.execute(tx)
  return rows
}
