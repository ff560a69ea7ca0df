import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'
import type { NewBlob } from './insert-blobs.ts'

/** The blobs in an object, in their order there. Background role. */
export async function blobsInObject(tx: Tx, input: { objectId: string }): Promise<NewBlob[]> {
  const { rows } = await sql<NewBlob>`
    select encode(sha256, 'hex') as sha256, size, object_offset as "offset" from backlot.blobs
    where object_id = ${input.objectId} order by object_offset`.execute(tx)
  return rows
}
