import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** Tenants that have anything in storage. Background role. */
export async function storingTenants(tx: Tx): Promise<string[]> {
  const { rows } = await sql<{ tenantId: string }>`
    select tenant_id as "tenantId" from backlot.blobs
    union select tenant_id from backlot.trees
    union select tenant_id from backlot.uploads`.execute(tx)
  return rows.map((row) => row.tenantId)
}
