import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** Keeps a tree; one that is there already is marked as used. */
export async function insertTree(
  tx: Tx,
  input: { tenantId: string; treeId: string; files: number; bytes: number; manifest: Buffer; now: Date },
): Promise<void> {
  await sql`
    insert into backlot.trees (tenant_id, tree_id, files, bytes, manifest, created_at, last_used_at)
    values (${input.tenantId}, decode(${input.treeId}, 'hex'), ${input.files}, ${input.bytes}, ${input.manifest},
      ${input.now}, ${input.now})
    on conflict (tenant_id, tree_id) do update set last_used_at = excluded.last_used_at`.execute(tx)
}
