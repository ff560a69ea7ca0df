import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { ableWorkers } from './able-workers.ts'
import type { WorkerAtStep } from './forget-strikes.ts'

/** From now on the worker gets no task of this step, if another one could do it. Answers whether it is so. */
export async function keepOff(tx: Tx, { workerId, stepId }: WorkerAtStep, now: Date): Promise<boolean> {
  const { rows } = await sql`
    update backlot.worker_strikes k set kept_off_at = ${now}
    from backlot.farm_steps s
    where k.worker_id = ${workerId} and k.step_id = ${stepId} and s.step_id = k.step_id and k.kept_off_at is null
      and exists (select from ${ableWorkers} and w.worker_id <> k.worker_id)
    returning 1
  `.execute(tx)
  return rows.length > 0
}
