import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Person } from '@backlot/contract/handler'
import { isAllowed } from '@backlot/contract/roles'
import { holdKinds, type WorkerHello, type WorkerInfo } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import type { FarmContext } from './context.ts'
import { addWorker } from './queries/add-worker.ts'
import { findWorkerAttempts } from './queries/find-worker-attempts.ts'
import { setWorkerOffline } from './queries/set-worker-offline.ts'
import { updateWorker } from './queries/update-worker.ts'
import { findWorkOfWorkers, type WorkOfWorker } from './queries/find-work-of-workers.ts'
import { findWorkers } from './queries/find-workers.ts'
import { visibleWorkers } from './queries/visible-workers.ts'
import type { WorkerRow } from './queries/worker-row.ts'
import { classesFor } from './requirement-classes.ts'
import { loseAttempts } from './settle-attempts.ts'

/** The oldest worker that this server understands. */
export const oldestWorkerVersion = '0.1.0'

/** A new worker with a credential of its own, for a join token. */
export async function enrolWorker(
  context: FarmContext,
  { joinToken, hello }: { joinToken: string; hello: WorkerHello },
): Promise<{ workerId: string; credential: string }> {
  refuseOld(hello.version)
  const { tenantId } = await context.identity.exchangeJoinToken(joinToken)
  const workerId = await context.unit(({ tx, now }) => addWorker(tx, { tenantId, hello, now }))
  return { workerId, credential: await context.identity.issueWorkerCredential(workerId) }
}

/** A new credential for a worker that has one. */
export async function rotateCredential(
  context: FarmContext,
  workerId: string,
): Promise<{ workerId: string; credential: string }> {
  const [worker] = await context.unit(({ tx }) => findWorkers(tx, [workerId]))
  if (worker === undefined) throw workerNotFound(workerId)
  return { workerId, credential: await context.identity.issueWorkerCredential(workerId) }
}

/** The worker is there and can do this. */
export async function greetWorker(context: FarmContext, workerId: string, hello: WorkerHello): Promise<void> {
  refuseOld(hello.version)
  await context.unit(async ({ tx, now, afterCommit }) => {
    const [known] = await findWorkers(tx, [workerId])
    if (known === undefined) throw workerNotFound(workerId)
    const classIds = await classesFor(tx, { ...hello, holds: known.holds })
    const before = await updateWorker(tx, { workerId, hello, classIds, now })
    if (before === undefined) throw workerNotFound(workerId)
    afterCommit(() => context.workerTouched(workerId))
  })
}

/** The worker stops on purpose: what it holds is queued again at once, and nobody is to blame. */
export async function dismissWorker(context: FarmContext, workerId: string): Promise<void> {
  await context.unit(async (unit) => {
    await setWorkerOffline(unit.tx, workerId, unit.now)
    const attempts = await findWorkerAttempts(unit.tx, workerId)
    await loseAttempts(context, unit, attempts, { isLost: () => true, outcome: 'released' })
    unit.afterCommit(() => context.workerTouched(workerId))
  })
}

/** The workers that serve the tenant of the transaction, with what they do of the jobs that this person may see. */
export async function listWorkers(tx: Tx, person: Person): Promise<WorkerInfo[]> {
  const workers = await visibleWorkers(tx)
  const work = await findWorkOfWorkers(
    tx,
    workers.map(({ workerId }) => workerId),
    isAllowed(person.role, 'jobs.manage_all') ? undefined : person.userId,
  )
  const ofWorker = Map.groupBy(work, ({ workerId }) => workerId)
  return workers.map((worker) => describeWorker(worker, ofWorker.get(worker.workerId) ?? []))
}

/**
 * Tells people that workers changed. What they do is left out, since not everybody who sees a worker may see every job:
 * a page that shows it asks for the list again.
 */
export async function announceWorkers(context: FarmContext, workerIds: readonly string[]): Promise<void> {
  await context.unit(async ({ tx, afterCommit }) => {
    const workers = await findWorkers(tx, workerIds)
    afterCommit(() => {
      for (const worker of workers) {
        const { workerId, tenantId } = worker
        const audience = { permission: 'workers.view' as const, ...(tenantId !== null && { tenantId }) }
        context.publish(audience, 'workerChanged', { workerId }, describeWorker(worker, []))
      }
    })
  })
}

export function describeWorker(worker: WorkerRow, work: readonly WorkOfWorker[]): WorkerInfo {
  const { workerId, name, state, version, platform, slots, tags, blenders, probe, cpus, memoryBytes } = worker
  const { holds, hours, hourlyRate } = worker
  return {
    workerId,
    name,
    state,
    version,
    platform,
    slots,
    tags,
    blenders,
    probe,
    cpus,
    memoryBytes,
    lastSeenAt: worker.lastSeenAt?.toISOString() ?? null,
    holds: holdKinds.flatMap((kind) => (holds[kind] === undefined ? [] : [{ kind, ...holds[kind] }])),
    hours,
    hourlyRate,
    running: work.map(({ jobId, jobName, frame, fraction }) => ({ jobId, jobName, frame, fraction })),
  }
}

function refuseOld(version: string): void {
  if (compareVersions(version, oldestWorkerVersion) >= 0) return
  throw new CodedError<ErrorCode>('worker.version_too_old', `Version ${version} is too old for this server.`, {
    details: { version, oldest: oldestWorkerVersion },
  })
}

function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true })
}

export function workerNotFound(workerId: string): CodedError<ErrorCode> {
  return new CodedError('worker.not_found', 'There is no such worker.', { details: { workerId } })
}
