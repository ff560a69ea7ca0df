import type { JobDocument } from '@backlot/contract/job-document'
import type { JobDetail } from '@backlot/contract/schemas/jobs'
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

/** Names as in the interface above. */
export const columns = sql`
  job_id as "jobId", tenant_id as "tenantId", project_id as "projectId", owner_id as "ownerId",
  owner_name as "ownerName", name, settings, document, created_at as "createdAt", started_at as "startedAt",
  ended_at as "endedAt"`
