import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'
import { hashRows } from './hash-list.ts'

/** Removes these blobs unless somebody used them meanwhile. How many, and their bytes. Background role. */
export async function deleteStaleBlobs(
  tx: Tx,
  input: { tenantId: string; hashes: readonly string[]; unusedSince: Date },
): Promise<{ blobs: number; bytes: number }> {
  const { rows } = await sql<{ blobs: number; bytes: number }>`
    with doomed as (
      select sha256 from backlot.blobs
      where tenant_id = ${input.tenantId} and sha256 in (select sha256 from ${hashRows(input.hashes)} as asked)
        and last_used_at < ${input.unusedSince}
      order by sha256 for update
    ),
    deleted as (
      delete from backlot.blobs where tenant_id = ${input.tenantId} and sha256 in (select sha256 from doomed)
      returning size
    )
    select count(*) as blobs, coalesce(sum(size), 0)::bigint as bytes from deleted`.execute(tx)
  return rows[0] ?? { blobs: 0, bytes: 0 }
}
