import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export async function setWorkerOffline(tx: Tx, workerId: string, now: Date): Promise<void> {
  await sql`
    update backlot.workers set state = 'offline', last_seen_at = ${now} where worker_id = ${workerId}
  `.execute(tx)
}
