import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Makes the first global administrator. False: there is one. The lock lets only one setup at a time look and insert. */
export async function insertFirstGlobalAdmin(tx: Tx, input: { userId: string; now: Date }): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtext('backlot first administrator'))`.execute(tx)
  const { numAffectedRows } = await sql`
    insert into backlot.global_admins (user_id, created_at)
    select ${input.userId}, ${input.now} where not exists (select from backlot.global_admins)
  `.execute(tx)
  return numAffectedRows === 1n
}

export async function hasGlobalAdmin(tx: Tx): Promise<boolean> {
  const { rows } = await sql`select from backlot.global_admins limit 1`.execute(tx)
  return rows.length === 1
}
