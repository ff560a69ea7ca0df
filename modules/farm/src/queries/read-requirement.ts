import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { makeRequirement, type Requirement } from '../requirement.ts'

/** What the class asks for; for the background role. */
export async function readRequirement(tx: Tx, classId: number): Promise<Requirement> {
  const { rows } = await sql<{ requirement: Requirement }>`
    select requirement from backlot.requirement_classes where class_id = ${classId}
  `.execute(tx)
  return makeRequirement((rows[0] as { requirement: Requirement }).requirement)
}
