import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { columns, type WorkerRow } from './worker-row.ts'

/** These workers, or all; for the background role. */
export async function findWorkers(tx: Tx, workerIds?: readonly string[]): Promise<WorkerRow[]> {
  const which = workerIds === undefined ? sql`` : sql`where worker_id = any(${[...workerIds]}::uuid[])`
  const { rows } = await sql<WorkerRow>`select ${columns} from backlot.workers ${which}`.execute(tx)
  return rows
}
