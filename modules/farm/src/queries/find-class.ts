import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export async function findClass(tx: Tx, hash: string): Promise<number | undefined> {
  const { rows } = await sql<{ classId: number }>`
    select class_id as "classId" from backlot.requirement_classes where hash = ${hash}
  `.execute(tx)
  return rows[0]?.classId
}
