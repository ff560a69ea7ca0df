import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Person } from '@backlot/contract/handler'
import type { HoldKind, WorkerChange, WorkerInfo } from '@backlot/contract/schemas/farm'
import { isWithin, type WorkingHours } from '@backlot/contract/working-hours'
import type { Tx } from '@backlot/db/tx'
import type { Unit } from '@backlot/db/unit'
import type { FarmContext } from './context.ts'
import { deleteWorker } from './queries/delete-worker.ts'
import { findWorkers } from './queries/find-workers.ts'
import { findWorkerAttempts } from './queries/find-worker-attempts.ts'
import { holdWorker } from './queries/hold-worker.ts'
import { releaseWorker } from './queries/release-worker.ts'
import type { WorkerRow } from './queries/worker-row.ts'
import { writeClasses } from './queries/write-classes.ts'
import { writeHours } from './queries/write-hours.ts'
import { writeRate } from './queries/write-rate.ts'
import { classesFor } from './requirement-classes.ts'
import { loseAttempts } from './settle-attempts.ts'
import { describeWorker, workerNotFound } from './workers.ts'

/** What administrators do with workers. Each throws `worker.not_found` and `worker.shared`. */

interface Order {
  workerId: string
  by: Person
}

/** It gets no more tasks. What it holds it finishes, or with `now` gives back. */
export async function pauseWorker(context: FarmContext, order: Order & { now: boolean }): Promise<WorkerInfo> {
  return change(context, order, async (unit, { workerId }) => {
    await holdWorker(unit.tx, { workerId, kind: 'person', reason: `Paused by ${order.by.name}.` }, unit.now)
    if (order.now) await takeBack(context, unit, workerId)
  })
}

/** It gets tasks again, whether it was paused or held back for its failures. */
export async function resumeWorker(context: FarmContext, order: Order): Promise<WorkerInfo> {
  return change(context, order, (unit, { workerId }) =>
    endHolds(context, unit, workerId, ['person', 'failures', 'gpu']),
  )
}

/** When it takes work (null: always), and what its hour costs; what is undefined stays. */
export async function changeWorker(context: FarmContext, order: Order & WorkerChange): Promise<WorkerInfo> {
  const { hours, hourlyRate } = order
  return change(context, order, async (unit, { workerId }) => {
    if (hourlyRate !== undefined) await writeRate(unit.tx, workerId, hourlyRate)
    if (hours === undefined) return
    await writeHours(unit.tx, workerId, hours)
    await keepHours(context, unit, workerId, hours)
  })
}

/** Its credential ends, what it holds is queued again, and it is forgotten. */
export async function removeWorker(context: FarmContext, order: Order): Promise<void> {
  const { workerId } = order
  await context.unit((unit) => findManaged(unit.tx, order))
  // First: whoever can still ask for work could hold it when the row is gone.
  await context.identity.revokeWorker(workerId)
  await context.unit(async (unit) => {
    await takeBack(context, unit, workerId)
    await deleteWorker(unit.tx, workerId)
  })
}

/** Ends what holds a worker back, whoever did it, and tells it of work. */
export async function endHolds(
  context: FarmContext,
  unit: Unit,
  workerId: string,
  kinds: readonly HoldKind[],
): Promise<void> {
  if (!(await releaseWorker(unit.tx, workerId, kinds, unit.now))) return
  if (kinds.includes('gpu')) await matchAnew(unit.tx, workerId)
  unit.afterCommit(() => {
    context.workerTouched(workerId)
    context.publish({ workerId }, 'agentWake', { workerId }, {})
  })
}

/** The classes that it meets, after something held its GPU back or does not any more. */
export async function matchAnew(tx: Tx, workerId: string): Promise<void> {
  const [worker] = await findWorkers(tx, [workerId])
  if (worker !== undefined) await writeClasses(tx, workerId, await classesFor(tx, worker))
}

/** Holds a worker back outside of its hours, and no longer. */
export async function keepHours(
  context: FarmContext,
  unit: Unit,
  workerId: string,
  hours: WorkingHours | null,
): Promise<void> {
  if (hours === null || isWithin(hours, unit.now)) return endHolds(context, unit, workerId, ['hours'])
  await holdWorker(unit.tx, { workerId, kind: 'hours', reason: 'It is outside of its working hours.' }, unit.now)
  unit.afterCommit(() => context.workerTouched(workerId))
}

async function change(
  context: FarmContext,
  order: Order,
  work: (unit: Unit, worker: WorkerRow) => Promise<void>,
): Promise<WorkerInfo> {
  return context.unit(async (unit) => {
    await work(unit, await findManaged(unit.tx, order))
    unit.afterCommit(() => context.workerTouched(order.workerId))
    return describeWorker(await findManaged(unit.tx, order), [])
  })
}

/** A worker of the person's tenant; one that serves every tenant only for a person who administrates all of them. */
async function findManaged(tx: Tx, { workerId, by }: Order): Promise<WorkerRow> {
  const [worker] = await findWorkers(tx, [workerId])
  if (worker === undefined || (worker.tenantId !== null && worker.tenantId !== by.tenantId)) {
    throw workerNotFound(workerId)
  }
  if (worker.tenantId === null && by.role !== 'global_admin') {
    throw new CodedError<ErrorCode>('worker.shared', `${worker.name} serves every tenant.`, { details: { workerId } })
  }
  return worker
}

/** What it holds is queued again at once, and it is told to drop it. */
async function takeBack(context: FarmContext, unit: Unit, workerId: string): Promise<void> {
  const attempts = await findWorkerAttempts(unit.tx, workerId)
  await loseAttempts(context, unit, attempts, { isLost: () => true, outcome: 'released' })
}
