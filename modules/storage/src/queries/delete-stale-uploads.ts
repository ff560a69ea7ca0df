import { sql } from 'kysely'
import type { Tx } from '@backlot/db/tx'

/** Forgets uploads that nobody went on with since then: the handles that the storage driver may drop. Background. */
export async function deleteStaleUploads(tx: Tx, input: { unusedSince: Date }): Promise<string[]> {
  const { rows } = await sql<{ handle: string }>`
    delete from backlot.uploads where last_used_at < ${input.unusedSince} returning handle`.execute(tx)
  return rows.map((row) => row.handle)
}
