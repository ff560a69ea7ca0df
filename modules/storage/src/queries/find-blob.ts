import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'
import type { BlobPlace } from './find-blobs.ts'

export async function findBlob(tx: Tx, input: { sha256: string }): Promise<BlobPlace | undefined> {
  const { rows } = await sql<BlobPlace>`
    select encode(sha256, 'hex') as sha256, size, object_id as "objectId", object_offset as "offset"
    from backlot.blobs where sha256 = decode(${input.sha256}, 'hex')`.execute(tx)
  return rows[0]
}
