import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

export interface UploadRow {
  uploadId: string
  sha256: string
  size: number
  objectId: string
  handle: string
  completed: boolean
  /** Numbers of the parts that arrived, ascending. */
  received: number[]
  /** Of those parts, in the same order. */
  receipts: string[]
}

export async function findUpload(
  tx: Tx,
  by: { uploadId: string } | { sha256: string; size: number },
): Promise<UploadRow | undefined> {
  const condition =
    'uploadId' in by ? sql`upload_id = ${by.uploadId}` : sql`sha256 = decode(${by.sha256}, 'hex') and size = ${by.size}`
  const { rows } = await sql<UploadRow>`
    select upload_id as "uploadId", encode(sha256, 'hex') as sha256, size, object_id as "objectId", handle,
      completed_at is not null as completed,
      array(select part from backlot.upload_parts p where p.upload_id = u.upload_id order by part) as received,
      array(select receipt from backlot.upload_parts p where p.upload_id = u.upload_id order by part) as receipts
    from backlot.uploads u where ${condition}`.execute(tx)
  return rows[0]
}
