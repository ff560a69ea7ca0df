import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export async function endSession(tx: Tx, id: string): Promise<void> {
  await sql`delete from auth.sessions where id = ${id}`.execute(tx)
}

export async function endSessionsOf(tx: Tx, userId: string): Promise<void> {
  await sql`delete from auth.sessions where user_id = ${userId}`.execute(tx)
}
