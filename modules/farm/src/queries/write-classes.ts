import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** The requirement classes that a worker meets. */
export async function writeClasses(tx: Tx, workerId: string, classIds: readonly number[]): Promise<void> {
  await sql`update backlot.workers set class_ids = ${[...classIds]} where worker_id = ${workerId}`.execute(tx)
}
