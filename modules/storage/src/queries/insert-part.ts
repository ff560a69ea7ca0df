import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/**
 * Remembers a part that is durable. False when the upload was cleaned up or begun anew meanwhile: then the part went
 * into a file that nobody has any more.
 */
export async function insertPart(
  tx: Tx,
  input: { uploadId: string; handle: string; part: number; receipt: string; now: Date },
): Promise<boolean> {
  const { rows } = await sql`
    with upload as (
      update backlot.uploads set last_used_at = ${input.now}
      where upload_id = ${input.uploadId} and handle = ${input.handle}
      returning tenant_id, upload_id
    ),
    part as (
      insert into backlot.upload_parts (tenant_id, upload_id, part, receipt)
      select tenant_id, upload_id, ${input.part}, ${input.receipt} from upload
      on conflict (upload_id, part) do nothing
    )
    select upload_id from upload`.execute(tx)
  return rows.length > 0
}
