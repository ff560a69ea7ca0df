import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

export interface NewBlob {
  /** Hexadecimal. */
  sha256: string
  size: number
  /** Of its first byte in the object. */
  offset: number
}

/** Makes blobs of one durable object visible. A blob that is there already stays where it is. How many are new. */
export async function insertBlobs(
  tx: Tx,
  input: { tenantId: string; objectId: string; blobs: readonly NewBlob[]; now: Date },
): Promise<number> {
  // Sorted, so that two packs with the same files lock their rows in the same order.
  const blobs = input.blobs.toSorted((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
  const { rows } = await sql<{ isNew: boolean }>`
    insert into backlot.blobs (tenant_id, sha256, size, object_id, object_offset, created_at, last_used_at)
    select ${input.tenantId}, decode(sha256, 'hex'), size, ${input.objectId}, "offset", ${input.now}, ${input.now}
    from unnest(
      ${blobs.map((blob) => blob.sha256)}::text[],
      ${blobs.map((blob) => blob.size)}::bigint[],
      ${blobs.map((blob) => blob.offset)}::bigint[]
    ) as new (sha256, size, "offset")
    on conflict (tenant_id, sha256) do update set last_used_at = excluded.last_used_at
    returning object_id = ${input.objectId} as "isNew"`.execute(tx)
  return rows.filter((row) => row.isNew).length
}
