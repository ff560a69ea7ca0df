import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Steps of these tenants with tasks that could be leased. */
export async function leasableSteps(tx: Tx, tenantIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ stepId: string }>`
    select step_id as "stepId" from backlot.farm_steps
    where leasable and tenant_id = any(${[...tenantIds]}::uuid[]) limit 1000
  `.execute(tx)
  return rows.map(({ stepId }) => stepId)
}
