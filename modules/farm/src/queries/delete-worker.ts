import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Forgets a worker. Its attempts stay, with its name. */
export async function deleteWorker(tx: Tx, workerId: string): Promise<void> {
  await sql`
    with strikes as (delete from backlot.worker_strikes where worker_id = ${workerId})
    delete from backlot.workers where worker_id = ${workerId}
  `.execute(tx)
}
