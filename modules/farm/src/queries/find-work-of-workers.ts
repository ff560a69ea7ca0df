import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface WorkOfWorker {
  workerId: string
  jobId: string
  jobName: string
  frame: number | null
  fraction: number
}

/** What these workers hold, as far as the transaction's role may see it; with `ownerId` of that person's jobs only. */
export async function findWorkOfWorkers(
  tx: Tx,
  workerIds: readonly string[],
  ownerId?: string,
): Promise<WorkOfWorker[]> {
  const own = ownerId === undefined ? sql`` : sql`and j.owner_id = ${ownerId}`
  const { rows } = await sql<WorkOfWorker>`
    select a.worker_id as "workerId", a.job_id as "jobId", j.name as "jobName", a.frame, a.fraction
    from backlot.attempts a join backlot.farm_jobs j using (job_id)
    where a.state = 'running' and a.worker_id = any(${[...workerIds]}::uuid[]) ${own}
    order by a.attempt_id
  `.execute(tx)
  return rows
}
