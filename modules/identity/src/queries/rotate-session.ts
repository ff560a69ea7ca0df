import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Gives a session a new token; the old one is gone with the same statement. False: it had gone already. */
export async function rotateSession(
  tx: Tx,
  input: { tokenHash: string; newTokenHash: string; expiresAt: Date; now: Date },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update auth.sessions
    set token = ${input.newTokenHash}, expires_at = ${input.expiresAt}, updated_at = ${input.now}
    where token = ${input.tokenHash} and expires_at > ${input.now}
  `.execute(tx)
  return numAffectedRows === 1n
}
