import type { Tx } from '@backlot/db/tx'
import type { FarmContext } from './context.ts'
import { addClass } from './queries/add-class.ts'
import { addClassToWorkers } from './queries/add-class-to-workers.ts'
import { findClass } from './queries/find-class.ts'
import { listClasses } from './queries/list-classes.ts'
import { lockMatching } from './queries/lock-matching.ts'
import { findWorkers } from './queries/find-workers.ts'
import { type Capabilities, hashRequirement, lacks, type Requirement } from './requirement.ts'

/** The class of a requirement. A new one is matched with every worker there is. */
export async function ensureClass(context: FarmContext, requirement: Requirement): Promise<number> {
  const hash = hashRequirement(requirement)
  return context.unit(async ({ tx }) => {
    const known = await findClass(tx, hash)
    if (known !== undefined) return known
    await lockMatching(tx)
    const meanwhile = await findClass(tx, hash)
    if (meanwhile !== undefined) return meanwhile
    const classId = await addClass(tx, hash, requirement)
    const able = (await findWorkers(tx)).filter((worker) => lacks(requirement, worker).length === 0)
    await addClassToWorkers(
      tx,
      classId,
      able.map(({ workerId }) => workerId),
    )
    return classId
  })
}

/** The classes that a worker meets, as of this moment until the transaction ends. */
export async function classesFor(tx: Tx, worker: Capabilities): Promise<number[]> {
  await lockMatching(tx)
  const classes = await listClasses(tx)
  return classes.filter(({ requirement }) => lacks(requirement, worker).length === 0).map(({ classId }) => classId)
}
