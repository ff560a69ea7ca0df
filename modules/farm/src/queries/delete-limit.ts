import type { LimitKind } from '@backlot/contract/schemas/limits'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export async function deleteLimit(tx: Tx, { kind, name }: { kind: LimitKind; name: string }): Promise<void> {
  await sql`delete from backlot.farm_limits where kind = ${kind} and name = ${name}`.execute(tx)
}
