import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Locks those of these jobs that nobody else holds, without waiting (see `lockJobs`). Answers them. */
export async function lockFreeJobs(tx: Tx, jobIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ jobId: string }>`
    select job_id as "jobId" from backlot.farm_jobs where job_id = any(${[...jobIds]}::uuid[])
    order by job_id for no key update skip locked
  `.execute(tx)
  return rows.map(({ jobId }) => jobId)
}
