import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

export async function deleteUpload(tx: Tx, input: { uploadId: string; handle: string }): Promise<void> {
  await sql`
    delete from backlot.uploads where upload_id = ${input.uploadId} and handle = ${input.handle}`.execute(tx)
}
