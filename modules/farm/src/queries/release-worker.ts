import type { HoldKind } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Ends what holds a worker back. What it failed before is forgiven with the hold for it. Answers whether anything did. */
export async function releaseWorker(tx: Tx, workerId: string, kinds: readonly HoldKind[], now: Date): Promise<boolean> {
  const ofFailures = kinds.filter((kind) => kind === 'failures' || kind === 'gpu')
  const { rows } = await sql`
    update backlot.workers set
      holds = holds - ${[...kinds]}::text[],
      forgiven_at = case when holds ?| ${ofFailures}::text[] then ${now}::timestamptz else forgiven_at end,
      test_at = case when holds - ${[...kinds]}::text[] ?| array['failures', 'gpu'] then test_at end
    where worker_id = ${workerId} and holds ?| ${[...kinds]}::text[]
    returning 1
  `.execute(tx)
  return rows.length > 0
}
