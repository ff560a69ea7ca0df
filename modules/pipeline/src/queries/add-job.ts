import type { JobDocument } from '@backlot/contract/job-document'
import type { JobDetail } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface NewJob {
  tenantId: string
  projectId: string
  submissionId: string
  ownerId: string
  ownerName: string
  name: string
  treeId: string
  settings: JobDetail['settings']
  document: Omit<JobDocument, 'job_id'>
}

/** Adds a job and answers its id; undefined when the tenant has one of this submission already. */
export async function addJob(tx: Tx, job: NewJob, now: Date): Promise<string | undefined> {
  const { rows } = await sql<{ jobId: string }>`
    insert into backlot.jobs (job_id, tenant_id, project_id, submission_id, owner_id, owner_name, name, tree_id,
      settings, document, created_at)
    select id, ${job.tenantId}::uuid, ${job.projectId}::uuid, ${job.submissionId}::uuid, ${job.ownerId}::uuid,
      ${job.ownerName}, ${job.name}, ${job.treeId}, ${JSON.stringify(job.settings)}::jsonb,
      jsonb_build_object('job_id', id) || ${JSON.stringify(job.document)}::jsonb, ${now}::timestamptz
    from (select uuidv7() as id) new
    on conflict (tenant_id, submission_id) do nothing
    returning job_id as "jobId"
  `.execute(tx)
  return rows[0]?.jobId
}
