import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { makeRequirement, type Requirement } from '../requirement.ts'

export interface RequirementClass {
  classId: number
  requirement: Requirement
}

export async function listClasses(tx: Tx): Promise<RequirementClass[]> {
  const { rows } = await sql<RequirementClass>`
    select class_id as "classId", requirement from backlot.requirement_classes order by class_id
  `.execute(tx)
  return rows.map(({ classId, requirement }) => ({ classId, requirement: makeRequirement(requirement) }))
}
