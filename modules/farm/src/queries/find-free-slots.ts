import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { LeaseAsk } from '../allocate.ts'

/** Workers that take work and have slots free, with how many. */
export async function findFreeSlots(tx: Tx): Promise<LeaseAsk[]> {
  const { rows } = await sql<LeaseAsk>`
    select w.worker_id as "workerId", (w.slots - coalesce(a.held, 0))::integer as slots
    from backlot.workers w
    left join (
      select worker_id, count(*) as held from backlot.attempts where state = 'running' group by worker_id
    ) a using (worker_id)
    where w.takes_work and w.slots > coalesce(a.held, 0)
    order by w.worker_id
  `.execute(tx)
  return rows
}
