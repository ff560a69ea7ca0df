import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface MentionedAttempts {
  workerId: string
  attempts: string[]
}

/**
 * A worker names everything that it holds. What it was given before `leasedBefore` and does not name never reached it:
 * its lease ends now, and the next sweep gives it to another one.
 */
export async function expireUnmentioned(
  tx: Tx,
  workers: readonly MentionedAttempts[],
  { leasedBefore, now }: { leasedBefore: Date; now: Date },
): Promise<void> {
  await sql`
    with forgotten as (
      select a.attempt_id
      from json_to_recordset(${JSON.stringify(workers)}::json) as x("workerId" uuid, attempts jsonb)
      join backlot.attempts a on a.worker_id = x."workerId"
      where a.state = 'running' and a.leased_at < ${leasedBefore} and a.expires_at > ${now}
        and not x.attempts ? a.attempt_id::text
      order by a.attempt_id
      for no key update of a
    )
    update backlot.attempts a set expires_at = ${now} from forgotten f where a.attempt_id = f.attempt_id
  `.execute(tx)
}
