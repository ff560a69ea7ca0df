import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Workers that are online and due for a test render; the next one, should this one fail, is at `next`. */
export async function takeTests(tx: Tx, now: Date, next: Date): Promise<string[]> {
  const { rows } = await sql<{ workerId: string }>`
    update backlot.workers set test_at = ${next} where test_at <= ${now} and state = 'online'
    returning worker_id as "workerId"
  `.execute(tx)
  return rows.map(({ workerId }) => workerId)
}
