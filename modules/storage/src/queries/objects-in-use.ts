import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** A pack has so many bytes before each of its blobs; without them, an object with one tiny blob would seem half dead. */
const entryHead = 36

export interface ObjectUse {
  objectId: string
  /** Of the blobs in it, with what stands before each in a pack. */
  liveBytes: number
}

/** Which of these objects hold blobs, and how much. Background role. */
export async function objectsInUse(tx: Tx, input: { objectIds: readonly string[] }): Promise<ObjectUse[]> {
  const { rows } = await sql<ObjectUse>`
    select object_id as "objectId", sum(size + ${entryHead})::bigint as "liveBytes" from backlot.blobs
    where object_id = any (${input.objectIds}::uuid[]) group by object_id`.execute(tx)
  return rows
}
