import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** Keeps an upload from the clean-up. */
export async function touchUpload(tx: Tx, input: { uploadId: string; now: Date }): Promise<void> {
  await sql`update backlot.uploads set last_used_at = ${input.now} where upload_id = ${input.uploadId}`.execute(tx)
}
