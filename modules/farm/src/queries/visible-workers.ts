import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { columns, type WorkerRow } from './worker-row.ts'

/** The workers that serve the tenant of this transaction, by name. */
export async function visibleWorkers(tx: Tx): Promise<WorkerRow[]> {
  const { rows } =
    await sql<WorkerRow>`select ${columns} from backlot.visible_workers() order by name, worker_id`.execute(tx)
  return rows
}
