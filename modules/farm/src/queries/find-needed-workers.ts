import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { ableWorkers } from './able-workers.ts'
import type { WorkerAtStep } from './forget-strikes.ts'

export interface NeededWorker extends WorkerAtStep {
  jobId: string
  tenantId: string
  kind: StepKind
  workerName: string
}

/** Workers that are kept off a step with work, while they are online and no other one is that could do it. */
export async function findNeededWorkers(tx: Tx): Promise<NeededWorker[]> {
  const { rows } = await sql<NeededWorker>`
    select k.worker_id as "workerId", k.step_id as "stepId", k.job_id as "jobId", k.tenant_id as "tenantId", s.kind,
      k.worker_name as "workerName"
    from backlot.worker_strikes k
    join backlot.farm_steps s using (step_id)
    join backlot.workers own on own.worker_id = k.worker_id
    where k.kept_off_at is not null and s.leasable and own.takes_work and s.class_id = any(own.class_ids)
      and not exists (select from ${ableWorkers})
    order by k.job_id, k.worker_id
  `.execute(tx)
  return rows
}
