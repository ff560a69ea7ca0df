import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** These workers meet the class from now on. */
export async function addClassToWorkers(tx: Tx, classId: number, workerIds: readonly string[]): Promise<void> {
  await sql`
    with able as (
      select worker_id from backlot.workers where worker_id = any(${[...workerIds]}::uuid[])
      order by worker_id for no key update
    )
    update backlot.workers w set class_ids = w.class_ids || ${classId}::integer from able a where w.worker_id = a.worker_id
  `.execute(tx)
}
