import type { WorkingHours } from '@backlot/contract/working-hours'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** When a worker takes work; null: always. */
export async function writeHours(tx: Tx, workerId: string, hours: WorkingHours | null): Promise<void> {
  await sql`
    update backlot.workers set hours = ${hours === null ? null : JSON.stringify(hours)} where worker_id = ${workerId}
  `.execute(tx)
}
