import type { JobState } from '@backlot/contract/states'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { columns, type JobRow } from './job-row.ts'

export interface JobFilter {
  tenantId: string
  ownerId: string | undefined
  state: JobState | undefined
  /** Older than this job. */
  before: string | undefined
  limit: number
}

/** Newest first. */
export async function listJobs(tx: Tx, { tenantId, ownerId, state, before, limit }: JobFilter): Promise<JobRow[]> {
  const own = ownerId === undefined ? sql`` : sql`and owner_id = ${ownerId}`
  const inState = state === undefined ? sql`` : sql`and state = ${state}`
  const older = before === undefined ? sql`` : sql`and job_id < ${before}::uuid`
  const { rows } = await sql<JobRow>`
    select ${columns} from backlot.jobs
    where tenant_id = ${tenantId} ${own} ${inState} ${older} order by job_id desc limit ${limit}
  `.execute(tx)
  return rows
}
