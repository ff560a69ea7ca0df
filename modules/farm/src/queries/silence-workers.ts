import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Marks the workers offline that have not called since `since`. Answers them. */
export async function silenceWorkers(tx: Tx, since: Date): Promise<string[]> {
  const { rows } = await sql<{ workerId: string }>`
    with silent as (
      select worker_id from backlot.workers
      where state <> 'offline' and (last_seen_at is null or last_seen_at < ${since})
      order by worker_id
      for no key update
    )
    update backlot.workers w set state = 'offline' from silent s where w.worker_id = s.worker_id
    returning w.worker_id as "workerId"
  `.execute(tx)
  return rows.map(({ workerId }) => workerId)
}
