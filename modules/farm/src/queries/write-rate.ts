import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** What an hour of a worker costs from now on; null: nothing is said of it. */
export async function writeRate(tx: Tx, workerId: string, hourlyRate: number | null): Promise<void> {
  await sql`update backlot.workers set hourly_rate = ${hourlyRate} where worker_id = ${workerId}`.execute(tx)
}
