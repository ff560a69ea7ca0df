import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { ableWorkers } from './able-workers.ts'
import type { WorkerAtStep } from './forget-strikes.ts'

/**
 * A worker's memory was too small for a step: those that have no more get no task of it either, if one that has more
 * could do it. Answers them.
 */
export async function keepOffSmaller(
  tx: Tx,
  { workerId, stepId, code, message }: WorkerAtStep & { code: string; message: string },
  now: Date,
): Promise<WorkerAtStep[]> {
  const { rows } = await sql<WorkerAtStep>`
    with able as (
      select w.worker_id, w.name, w.memory_bytes, s.tenant_id, s.job_id
      from backlot.farm_steps s, ${ableWorkers} and s.step_id = ${stepId}
    ),
    failed as (select memory_bytes from backlot.workers where worker_id = ${workerId})
    insert into backlot.worker_strikes as k
      (worker_id, step_id, tenant_id, job_id, worker_name, failures, cause, code, message, kept_off_at)
    select a.worker_id, ${stepId}, a.tenant_id, a.job_id, a.name, 1, 'out_of_memory', ${code}, ${`A worker with as much memory: ${message}`}, ${now}
    from able a, failed f
    where a.memory_bytes <= f.memory_bytes and exists (select from able larger where larger.memory_bytes > f.memory_bytes)
    on conflict (worker_id, step_id) do update set kept_off_at = ${now}
    returning worker_id as "workerId", step_id as "stepId"
  `.execute(tx)
  return rows
}
