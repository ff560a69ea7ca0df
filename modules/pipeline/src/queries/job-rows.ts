import type { JobDocument } from '@backlot/contract/job-document'
import type { JobDetail } from '@backlot/contract/schemas/jobs'
import type { JobState } from '@backlot/contract/states'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface JobRow {
  jobId: string
  tenantId: string
  projectId: string
  ownerId: string
  ownerName: string
  name: string
  settings: JobDetail['settings']
  document: JobDocument
  createdAt: Date
  startedAt: Date | null
  endedAt: Date | null
}

const columns = sql`
  job_id as "jobId", tenant_id as "tenantId", project_id as "projectId", owner_id as "ownerId",
  owner_name as "ownerName", name, settings, document, created_at as "createdAt", started_at as "startedAt",
  ended_at as "endedAt"`

/** One job; with `ownerId` only if it is that person's. */
export async function findJob(tx: Tx, jobId: string, ownerId?: string): Promise<JobRow | undefined> {
  const own = ownerId === undefined ? sql`` : sql`and owner_id = ${ownerId}`
  const { rows } = await sql<JobRow>`select ${columns} from backlot.jobs where job_id = ${jobId} ${own}`.execute(tx)
  return rows[0]
}

/** These jobs, for the background role. */
export async function findJobs(tx: Tx, jobIds: readonly string[]): Promise<JobRow[]> {
  const { rows } = await sql<JobRow>`
    select ${columns} from backlot.jobs where job_id = any(${[...jobIds]}::uuid[])
  `.execute(tx)
  return rows
}

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
