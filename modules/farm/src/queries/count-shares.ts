import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Share } from '../shares.ts'

/** Attempts at work now, by whose they are. As many rows as people whose work runs. */
export async function countShares(tx: Tx): Promise<Share[]> {
  const { rows } = await sql<Share>`
    select tenant_id as "tenantId", project_id as "projectId", owner_id as "ownerId", sum(running)::integer as running
    from backlot.farm_steps where busy group by tenant_id, project_id, owner_id
  `.execute(tx)
  return rows
}
