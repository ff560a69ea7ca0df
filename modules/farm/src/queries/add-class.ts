import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Requirement } from '../requirement.ts'

export async function addClass(tx: Tx, hash: string, requirement: Requirement): Promise<number> {
  const { rows } = await sql<{ classId: number }>`
    insert into backlot.requirement_classes (hash, requirement) values (${hash}, ${JSON.stringify(requirement)})
    returning class_id as "classId"
  `.execute(tx)
  return (rows[0] as { classId: number }).classId
}
