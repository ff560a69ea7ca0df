import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

export interface TreeSummary {
  files: number
  bytes: number
}

/** Files and bytes of a tree that is about to be used: it is kept from the clean-up. Undefined: no such tree. */
export async function useTree(tx: Tx, input: { treeId: string; now: Date }): Promise<TreeSummary | undefined> {
  const { rows } = await sql<TreeSummary>`
    update backlot.trees set last_used_at = ${input.now} where tree_id = decode(${input.treeId}, 'hex')
    returning files, bytes`.execute(tx)
  return rows[0]
}
