import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { FullLimits } from '../caps.ts'
import { hasRoom } from './has-room.ts'
import { tasksLeft } from './tasks-left.ts'

/**
 * Workers with a free slot that could work on one of these steps (on any step when undefined), at most as many as there
 * are tasks. Begins with the idle: on a busy farm they are few, however long the queue is.
 */
export async function findIdleWorkers(tx: Tx, full: FullLimits, stepIds?: readonly string[]): Promise<string[]> {
  const which = stepIds === undefined ? sql`` : sql`and step_id = any(${[...stepIds]}::uuid[])`
  const { rows } = await sql<{ workerId: string }>`
    with idle as materialized (
      select w.worker_id, w.tenant_id, w.class_ids
      from backlot.workers w
      left join (
        select worker_id, count(*) as held from backlot.attempts where state = 'running' group by worker_id
      ) a using (worker_id)
      where w.takes_work and w.slots > coalesce(a.held, 0)
    )
    select worker_id as "workerId" from idle i
    where exists (
      select from backlot.farm_steps
      where leasable and class_id = any(i.class_ids) and (i.tenant_id is null or tenant_id = i.tenant_id) ${which}
        and ${hasRoom(full)}
        and not exists (
          select from backlot.worker_strikes k
          where k.worker_id = i.worker_id and k.step_id = farm_steps.step_id and k.kept_off_at is not null
        )
    )
    limit (select sum(${tasksLeft}) from backlot.farm_steps where leasable ${which})
  `.execute(tx)
  return rows.map(({ workerId }) => workerId)
}
