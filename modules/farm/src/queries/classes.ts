import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Requirement } from '../requirement.ts'

export interface RequirementClass {
  classId: number
  requirement: Requirement
}

/**
 * Held while a class or a worker's abilities are added: otherwise two that come at the same moment would each miss the
 * other, and a worker would never see the steps of that class.
 */
export async function lockMatching(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('backlot matching'))`.execute(tx)
}

export async function listClasses(tx: Tx): Promise<RequirementClass[]> {
  const { rows } = await sql<RequirementClass>`
    select class_id as "classId", requirement from backlot.requirement_classes order by class_id
  `.execute(tx)
  return rows
}

export async function findClass(tx: Tx, hash: string): Promise<number | undefined> {
  const { rows } = await sql<{ classId: number }>`
    select class_id as "classId" from backlot.requirement_classes where hash = ${hash}
  `.execute(tx)
  return rows[0]?.classId
}

export async function addClass(tx: Tx, hash: string, requirement: Requirement): Promise<number> {
  const { rows } = await sql<{ classId: number }>`
    insert into backlot.requirement_classes (hash, requirement) values (${hash}, ${JSON.stringify(requirement)})
    returning class_id as "classId"
  `.execute(tx)
  return (rows[0] as { classId: number }).classId
}

/** These workers meet the class from now on. */
export async function addClassToWorkers(tx: Tx, classId: number, workerIds: readonly string[]): Promise<void> {
  await sql`
    with able as (
      select worker_id from backlot.workers where worker_id = any(${[...workerIds]}::uuid[])
      order by worker_id for no key update
    )
    update backlot.workers w set class_ids = w.class_ids || ${classId}::integer from able a where w.worker_id = a.worker_id
  `.execute(tx)
}
