import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** A page of blobs that were not used since then, ascending by hash. Background role. */
export async function listStaleBlobs(
  tx: Tx,
  input: { tenantId: string; unusedSince: Date; after: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ sha256: string }>`
    select encode(sha256, 'hex') as sha256 from backlot.blobs
    where tenant_id = ${input.tenantId} and sha256 > decode(${input.after}, 'hex')
      and last_used_at < ${input.unusedSince}
    order by sha256 limit ${input.limit}`.execute(tx)
  return rows.map((row) => row.sha256)
}
