import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export async function extendSession(tx: Tx, input: { id: string; expiresAt: Date; now: Date }): Promise<void> {
  await sql`
    update auth.sessions set expires_at = ${input.expiresAt}, updated_at = ${input.now} where id = ${input.id}
  `.execute(tx)
}
