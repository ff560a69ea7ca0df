import type { HoldKind } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface NewHold {
  workerId: string
  kind: HoldKind
  reason: string
}

/** Holds a worker back, unless it is for that already. Answers whether it is new. */
export async function holdWorker(tx: Tx, { workerId, kind, reason }: NewHold, now: Date): Promise<boolean> {
  const hold = { [kind]: { since: now.toISOString(), reason } }
  // Of its failures it can clear itself by a test render.
  const testAt = kind === 'failures' || kind === 'gpu' ? now : null
  const { rows } = await sql`
    update backlot.workers
    set holds = holds || ${JSON.stringify(hold)}::jsonb, test_at = coalesce(test_at, ${testAt})
    where worker_id = ${workerId} and not holds ? ${kind}
    returning 1
  `.execute(tx)
  return rows.length > 0
}
