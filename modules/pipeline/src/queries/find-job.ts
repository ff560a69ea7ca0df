import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { columns, type JobRow } from './job-row.ts'

/** One job; with `ownerId` only if it is that person's. */
export async function findJob(tx: Tx, jobId: string, ownerId?: string): Promise<JobRow | undefined> {
  const own = ownerId === undefined ? sql`` : sql`and owner_id = ${ownerId}`
  const { rows } = await sql<JobRow>`select ${columns} from backlot.jobs where job_id = ${jobId} ${own}`.execute(tx)
  return rows[0]
}
