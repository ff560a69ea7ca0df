import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Removes what ended before `before`. */
export async function deleteExpired(tx: Tx, before: Date): Promise<void> {
  await sql`
    with sessions as (delete from auth.sessions where expires_at < ${before}),
      devices as (delete from auth.device_requests where expires_at < ${before}),
      tokens as (delete from auth.installation_tokens where expires_at < ${before})
    delete from auth.verifications where expires_at < ${before}
  `.execute(tx)
}
