import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** The canonical form of a tree, zstd. */
export async function findTree(tx: Tx, input: { treeId: string }): Promise<Buffer | undefined> {
  const { rows } = await sql<{ manifest: Buffer }>`
    select manifest from backlot.trees where tree_id = decode(${input.treeId}, 'hex')`.execute(tx)
  return rows[0]?.manifest
}
