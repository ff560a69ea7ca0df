import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/**
 * Locks the work of these jobs until the transaction ends: every change to steps, tasks and attempts is made under it,
 * so that counting, cancelling and finishing can't interleave. Ascending ids: two batches never wait for each other
 * in a circle. The order over all tables is workers, jobs, attempts, logs; a transaction that locks jobs a second time
 * must not wait for them.
 */
export async function lockJobs(tx: Tx, jobIds: readonly string[]): Promise<void> {
  await sql`
    select from backlot.farm_jobs where job_id = any(${[...jobIds]}::uuid[]) order by job_id for no key update
  `.execute(tx)
}
