import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Running attempts whose lease ran out before `now`, those without a word for longest first. */
export async function findExpiredAttempts(tx: Tx, now: Date, most: number): Promise<string[]> {
  const { rows } = await sql<{ attemptId: string }>`
    select attempt_id as "attemptId" from backlot.attempts
    where state = 'running' and expires_at <= ${now} order by expires_at limit ${most}
  `.execute(tx)
  return rows.map(({ attemptId }) => attemptId)
}
