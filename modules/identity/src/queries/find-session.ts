import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface SessionRow {
  id: string
  userId: string
  email: string
  name: string
  signedInAt: Date
  expiresAt: Date
}

/** A session with its person, also one that has expired. */
export async function findSession(tx: Tx, tokenHash: string): Promise<SessionRow | undefined> {
  const { rows } = await sql<SessionRow>`
    select s.id, s.user_id as "userId", u.email, u.name, s.signed_in_at as "signedInAt", s.expires_at as "expiresAt"
    from auth.sessions s join auth.users u on u.id = s.user_id
    where s.token = ${tokenHash}
  `.execute(tx)
  return rows[0]
}
