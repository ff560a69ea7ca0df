import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** Ids of all trees of a tenant, hexadecimal. Background role. */
export async function listTrees(tx: Tx, input: { tenantId: string }): Promise<string[]> {
  const { rows } = await sql<{ treeId: string }>`
    select encode(tree_id, 'hex') as "treeId" from backlot.trees where tenant_id = ${input.tenantId}`.execute(tx)
  return rows.map((row) => row.treeId)
}
