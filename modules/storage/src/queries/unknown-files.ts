import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'
import { hashRows, staleBefore } from './hash-list.ts'

/**
 * Positions of files that are not in storage with this hash and size: at most 100, ascending. Those that are there are
 * marked as used in the same statement, so that no clean-up takes them before the tree is committed.
 * A file that somebody else marks in the same moment is answered, too: ask again.
 */
export async function unknownFiles(
  tx: Tx,
  input: { hashes: readonly string[]; sizes: readonly number[]; now: Date },
): Promise<number[]> {
  const stale = staleBefore(input.now)
  const { rows } = await sql<{ position: number }>`
    with asked as materialized (
      select sha256, size, hashes.position
      from ${hashRows(input.hashes)} as hashes
      join unnest(${input.sizes}::bigint[]) with ordinality as sizes (size, number)
        on sizes.number = hashes.position + 1
    ),
    due as (
      select sha256 from backlot.blobs
      where sha256 in (select sha256 from asked) and last_used_at < ${stale}
      order by sha256 for no key update
    ),
    touched as (
      update backlot.blobs set last_used_at = ${input.now} where sha256 in (select sha256 from due)
      returning sha256, size
    ),
    known as (
      select sha256, size from touched
      union all
      select sha256, size from backlot.blobs
      where sha256 in (select sha256 from asked) and last_used_at >= ${stale}
    )
    select position from asked
    where not exists (select from known where known.sha256 = asked.sha256 and known.size = asked.size)
    order by position limit 100`.execute(tx)
  return rows.map((row) => row.position)
}
