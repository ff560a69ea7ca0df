import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { User } from '../membership.ts'

export async function findUsers(tx: Tx, ids: readonly string[]): Promise<User[]> {
  const { rows } = await sql<User>`select id, email, name from auth.users where id = any(${ids}::uuid[])`.execute(tx)
  return rows
}
