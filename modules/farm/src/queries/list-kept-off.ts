import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface KeptOffRow {
  workerId: string
  worker: string
  step: StepKind
  failures: number
  code: string | null
  message: string | null
  since: Date
}

/** Who is kept off this job's steps. */
export async function listKeptOff(tx: Tx, jobId: string, tenantId: string): Promise<KeptOffRow[]> {
  const { rows } = await sql<KeptOffRow>`
    select k.worker_id as "workerId", k.worker_name as worker, s.kind as step, k.failures, k.code, k.message,
      k.kept_off_at as since
    from backlot.worker_strikes k join backlot.farm_steps s using (step_id)
    where k.job_id = ${jobId} and k.tenant_id = ${tenantId} and k.kept_off_at is not null
    order by k.kept_off_at, k.worker_name
  `.execute(tx)
  return rows
}
