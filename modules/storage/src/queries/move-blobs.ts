import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'
import type { NewBlob } from './insert-blobs.ts'

/** These blobs stand in another object now. Background role. */
export async function moveBlobs(
  tx: Tx,
  input: { tenantId: string; from: string; to: string; blobs: readonly NewBlob[] },
): Promise<void> {
  await sql`
    update backlot.blobs set object_id = ${input.to}, object_offset = moved."offset"
    from unnest(
      ${input.blobs.map((blob) => blob.sha256)}::text[],
      ${input.blobs.map((blob) => blob.offset)}::bigint[]
    ) as moved (sha256, "offset")
    where tenant_id = ${input.tenantId} and object_id = ${input.from}
      and blobs.sha256 = decode(moved.sha256, 'hex')`.execute(tx)
}
