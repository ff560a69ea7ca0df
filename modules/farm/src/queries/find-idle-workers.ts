import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/**
 * Workers with a free slot that could work on one of these steps (all steps when undefined), at most as many for each
 * step as it has tasks. The oldest 100 steps with work are looked at: the next ones find their workers when those are done.
 */
export async function findIdleWorkers(tx: Tx, stepIds?: readonly string[]): Promise<string[]> {
  const which = stepIds === undefined ? sql`` : sql`and step_id = any(${[...stepIds]}::uuid[])`
  const { rows } = await sql<{ workerId: string }>`
    select distinct w.worker_id as "workerId"
    from (
      select tenant_id, class_id, requeued + task_count - next_position as available from backlot.farm_steps
      where leasable ${which} order by priority desc, queued_at limit 100
    ) s
    cross join lateral (
      select worker_id from backlot.workers w
      where w.state = 'online' and s.class_id = any(w.class_ids) and (w.tenant_id is null or w.tenant_id = s.tenant_id)
        and w.slots > (select count(*) from backlot.attempts a where a.worker_id = w.worker_id and a.state = 'running')
      limit s.available
    ) w
  `.execute(tx)
  return rows.map(({ workerId }) => workerId)
}
