import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/**
 * Begins the upload of a file anew, in place of one that is complete or whose parts are gone (`replaces`). False when
 * somebody else has begun it in the same moment.
 */
export async function beginUpload(
  tx: Tx,
  input: {
    tenantId: string
    sha256: string
    size: number
    objectId: string
    handle: string
    /** Handle of the upload to replace. */
    replaces: string | undefined
    /** The file is in storage: nothing is to be sent. */
    completed: boolean
    now: Date
  },
): Promise<boolean> {
  const completedAt = input.completed ? input.now : null
  const { rows } = await sql`
    with begun as (
      insert into backlot.uploads
        (tenant_id, sha256, size, object_id, handle, created_at, last_used_at, completed_at)
      values (${input.tenantId}, decode(${input.sha256}, 'hex'), ${input.size}, ${input.objectId}, ${input.handle},
        ${input.now}, ${input.now}, ${completedAt})
      on conflict (tenant_id, sha256, size) do update set
        object_id = excluded.object_id, handle = excluded.handle, last_used_at = excluded.last_used_at,
        completed_at = excluded.completed_at
      where uploads.handle = ${input.replaces ?? ''}
      returning upload_id
    ),
    emptied as (
      delete from backlot.upload_parts where upload_id in (select upload_id from begun)
    )
    select upload_id from begun`.execute(tx)
  return rows.length > 0
}
