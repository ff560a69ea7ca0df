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

/** Whose credential it is. Older ones of that worker end: it has received this one, and needs no other. */
export async function useWorkerCredential(tx: Tx, hash: string): Promise<string | undefined> {
  const { rows } = await sql<{ workerId: string }>`
    with used as (select worker_id, created_at from auth.worker_credentials where hash = ${hash}),
    older as (
      delete from auth.worker_credentials c using used u where c.worker_id = u.worker_id and c.created_at < u.created_at
    )
    select worker_id as "workerId" from used
  `.execute(tx)
  return rows[0]?.workerId
}

export async function deleteCredentialsOf(tx: Tx, workerId: string): Promise<void> {
  await sql`delete from auth.worker_credentials where worker_id = ${workerId}`.execute(tx)
}
