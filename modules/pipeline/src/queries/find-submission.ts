import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** The job that a submission made. */
export async function findSubmission(
  tx: Tx,
  { tenantId, submissionId }: { tenantId: string; submissionId: string },
): Promise<{ jobId: string; ownerId: string } | undefined> {
  const { rows } = await sql<{ jobId: string; ownerId: string }>`
    select job_id as "jobId", owner_id as "ownerId" from backlot.jobs
    where tenant_id = ${tenantId} and submission_id = ${submissionId}
  `.execute(tx)
  return rows[0]
}
