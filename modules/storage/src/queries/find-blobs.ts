import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'
import { hashRows } from './hash-list.ts'

export interface BlobPlace {
  sha256: string
  size: number
  objectId: string
  offset: number
}

/** Where these blobs are; absent ones are left out. */
export async function findBlobs(tx: Tx, input: { hashes: readonly string[] }): Promise<BlobPlace[]> {
  if (input.hashes.length === 0) return []
  const { rows } = await sql<BlobPlace>`
    select encode(sha256, 'hex') as sha256, size, object_id as "objectId", object_offset as "offset"
    from backlot.blobs where sha256 in (select sha256 from ${hashRows(input.hashes)} as asked)`.execute(tx)
  return rows
}
