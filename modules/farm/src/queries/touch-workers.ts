import type { WorkerState } from '@backlot/contract/states'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** `state` null: as it was, but a worker that calls is not offline. */
export interface WorkerSign {
  workerId: string
  state: Exclude<WorkerState, 'offline'> | null
}

/** Notes signs of life. Answers the workers whose state changed; a worker that asks again within 2 s costs no write. */
export async function touchWorkers(tx: Tx, signs: readonly WorkerSign[], now: Date): Promise<{ workerId: string }[]> {
  const { rows } = await sql<{ workerId: string; changed: boolean }>`
    with sign as (
      select distinct on ("workerId") "workerId" as worker_id, state
      from json_to_recordset(${JSON.stringify(signs)}::json) as x("workerId" uuid, state text)
      order by "workerId", state nulls last
    ),
    present as (
      select w.worker_id, coalesce(s.state, case when w.state = 'offline' then 'online' else w.state end) as new_state
      from backlot.workers w join sign s using (worker_id)
      where w.state is distinct from coalesce(s.state, w.state) or w.state = 'offline' or w.last_seen_at is null
        or w.last_seen_at < ${now}::timestamptz - interval '2 seconds'
      order by w.worker_id
      for no key update of w
    )
    update backlot.workers w set last_seen_at = ${now}, state = p.new_state
    from present p where w.worker_id = p.worker_id
    returning w.worker_id as "workerId", old.state <> new.state as changed
  `.execute(tx)
  return rows.filter(({ changed }) => changed)
}
