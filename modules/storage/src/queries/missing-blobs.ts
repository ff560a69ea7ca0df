import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'
import { hashRows, staleBefore } from './hash-list.ts'

/**
 * Which of these hashes storage lacks, in the order they were given. Those that it has are marked as used, so that no
 * clean-up takes them between this answer and the tree that will hold them. One that a clean-up deletes in this very
 * moment counts as missing: it is neither young nor can it be marked.
 */
export async function missingBlobs(tx: Tx, input: { hashes: readonly string[]; now: Date }): Promise<string[]> {
  if (input.hashes.length === 0) return []
  const stale = staleBefore(input.now)
  const { rows } = await sql<{ sha256: Buffer }>`
    with asked as materialized ${hashRows(input.hashes)},
    due as (
      select sha256 from backlot.blobs
      where sha256 in (select sha256 from asked) and last_used_at < ${stale}
      order by sha256 for no key update
    ),
    touched as (
      update backlot.blobs set last_used_at = ${input.now} where sha256 in (select sha256 from due) returning sha256
    )
    select asked.sha256 from asked
    where not exists (select from backlot.blobs b where b.sha256 = asked.sha256 and b.last_used_at >= ${stale})
      and not exists (select from touched where touched.sha256 = asked.sha256)
    order by asked.position`.execute(tx)
  return [...new Set(rows.map((row) => row.sha256.toString('hex')))]
}
