import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface LiveFiles {
  treeIds: string[]
  /** Frames, thumbnails and other outputs. */
  blobs: string[]
}

/** Everything of the transaction's tenant that some job refers to: what a clean-up must keep. */
export async function liveFiles(tx: Tx): Promise<LiveFiles> {
  const { rows } = await sql<LiveFiles>`
    select
      (select coalesce(array_agg(distinct tree_id), '{}') from backlot.farm_jobs) as "treeIds",
      (select coalesce(array_agg(distinct sha256), '{}') from (
        select sha256 from backlot.frames
        union all select thumbnail from backlot.frames where thumbnail is not null
        union all select sha256 from backlot.outputs
      ) as files) as blobs
  `.execute(tx)
  return rows[0] ?? { treeIds: [], blobs: [] }
}
