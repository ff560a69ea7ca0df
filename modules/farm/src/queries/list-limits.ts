import type { Limit } from '@backlot/contract/schemas/limits'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** The limits of the transaction's tenant, without what runs. */
export async function listLimits(tx: Tx): Promise<Omit<Limit, 'running'>[]> {
  const { rows } = await sql<Omit<Limit, 'running'>>`
    select kind, name, most, least, weight from backlot.farm_limits order by kind, name
  `.execute(tx)
  return rows
}
