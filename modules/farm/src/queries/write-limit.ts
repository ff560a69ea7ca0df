import type { LimitKind } from '@backlot/contract/schemas/limits'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface NewLimit {
  tenantId: string
  kind: LimitKind
  name: string
  most: number | null
  least: number
  weight: number
}

export async function writeLimit(tx: Tx, { tenantId, kind, name, most, least, weight }: NewLimit): Promise<void> {
  await sql`
    insert into backlot.farm_limits (tenant_id, kind, name, most, least, weight)
    values (${tenantId}, ${kind}, ${name}, ${most}, ${least}, ${weight})
    on conflict (tenant_id, kind, name) do update
    set most = excluded.most, least = excluded.least, weight = excluded.weight
  `.execute(tx)
}
