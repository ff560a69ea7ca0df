import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/**
 * Held while a class or a worker's abilities are added: otherwise two that come at the same moment would each miss the
 * other, and a worker would never see the steps of that class.
 */
export async function lockMatching(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('backlot matching'))`.execute(tx)
}
