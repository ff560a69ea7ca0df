import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** The leases of these attempts, which are locked, end now: the next sweep gives their tasks to others. */
export async function expireAttempts(tx: Tx, attemptIds: readonly string[], now: Date): Promise<void> {
  await sql`
    update backlot.attempts set expires_at = ${now} where attempt_id = any(${[...attemptIds]}::uuid[])
  `.execute(tx)
}
