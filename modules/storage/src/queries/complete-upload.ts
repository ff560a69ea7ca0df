import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** Its file is a blob now. The parts are forgotten. */
export async function completeUpload(tx: Tx, input: { uploadId: string; now: Date }): Promise<void> {
  await sql`
    with emptied as (delete from backlot.upload_parts where upload_id = ${input.uploadId})
    update backlot.uploads set completed_at = ${input.now}, last_used_at = ${input.now}
    where upload_id = ${input.uploadId}`.execute(tx)
}
