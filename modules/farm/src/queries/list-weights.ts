import type { LimitKind } from '@backlot/contract/schemas/limits'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface Weight {
  tenantId: string
  kind: Extract<LimitKind, 'tenant' | 'project' | 'person'>
  name: string
  weight: number
}

/** Every weight that is not 1. */
export async function listWeights(tx: Tx): Promise<Weight[]> {
  const { rows } = await sql<Weight>`
    select tenant_id as "tenantId", kind, name, weight from backlot.farm_limits
    where kind in ('tenant', 'project', 'person') and weight <> 1
  `.execute(tx)
  return rows
}
