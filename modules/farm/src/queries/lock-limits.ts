import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/**
 * Held by whoever leases tasks of these tenants until its transaction ends, so that no two count the same room. The
 * last lock that is taken: who has it waits for nobody any more.
 */
export async function lockLimits(tx: Tx, tenantIds: readonly string[]): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(hashtext('backlot limits'), hashtext(id))
    from unnest(${[...tenantIds].toSorted()}::text[]) with ordinality as t(id, n) order by n
  `.execute(tx)
}
