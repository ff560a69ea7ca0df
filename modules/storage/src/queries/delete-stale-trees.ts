import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** Removes trees that were not used since then and that nothing refers to. How many. Background role. */
export async function deleteStaleTrees(
  tx: Tx,
  input: { tenantId: string; keep: readonly string[]; unusedSince: Date },
): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from backlot.trees
    where tenant_id = ${input.tenantId} and last_used_at < ${input.unusedSince}
      and encode(tree_id, 'hex') <> all (${input.keep}::text[])`.execute(tx)
  return Number(numAffectedRows ?? 0)
}
