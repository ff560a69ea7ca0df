import type { WorkerHello } from '@backlot/contract/schemas/farm'
import type { WorkerState } from '@backlot/contract/states'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface WorkerRow extends WorkerHello {
  workerId: string
  tenantId: string | null
  state: WorkerState
  lastSeenAt: Date | null
}

const columns = sql`
  worker_id as "workerId", tenant_id as "tenantId", name, state, version, platform, slots, tags, blenders,
  can_install as "canInstall", probe, cpus, memory_bytes as "memoryBytes", last_seen_at as "lastSeenAt"`

/** The workers that serve the tenant of this transaction, by name. */
export async function visibleWorkers(tx: Tx): Promise<WorkerRow[]> {
  const { rows } =
    await sql<WorkerRow>`select ${columns} from backlot.visible_workers() order by name, worker_id`.execute(tx)
  return rows
}

/** These workers, or all; for the background role. */
export async function findWorkers(tx: Tx, workerIds?: readonly string[]): Promise<WorkerRow[]> {
  const which = workerIds === undefined ? sql`` : sql`where worker_id = any(${[...workerIds]}::uuid[])`
  const { rows } = await sql<WorkerRow>`select ${columns} from backlot.workers ${which}`.execute(tx)
  return rows
}

export interface WorkOfWorker {
  workerId: string
  jobId: string
  jobName: string
  frame: number | null
  fraction: number
}

/** What these workers hold, as far as the transaction's role may see it. */
export async function findWorkOfWorkers(tx: Tx, workerIds: readonly string[]): Promise<WorkOfWorker[]> {
  const { rows } = await sql<WorkOfWorker>`
    select a.worker_id as "workerId", a.job_id as "jobId", j.name as "jobName", a.frame, a.fraction
    from backlot.attempts a join backlot.farm_jobs j using (job_id)
    where a.state = 'running' and a.worker_id = any(${[...workerIds]}::uuid[])
    order by a.attempt_id
  `.execute(tx)
  return rows
}
