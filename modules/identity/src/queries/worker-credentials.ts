import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export async function insertWorkerCredential(
  tx: Tx,
  input: { hash: string; workerId: string; now: Date },
): Promise<void> {
  await sql`
    insert into auth.worker_credentials (hash, worker_id, created_at)
    values (${input.hash}, ${input.workerId}, ${input.now})
  `.execute(tx)
}

export async function findWorkerOfCredential(tx: Tx, hash: string): Promise<string | undefined> {
  const { rows } = await sql<{ workerId: string }>`
    select worker_id as "workerId" from auth.worker_credentials where hash = ${hash}
  `.execute(tx)
  return rows[0]?.workerId
}

export async function deleteCredentialsOf(tx: Tx, workerId: string): Promise<void> {
  await sql`delete from auth.worker_credentials where worker_id = ${workerId}`.execute(tx)
}
