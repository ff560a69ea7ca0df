import type { FailureCause, HoldKind } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface DoubtfulWorker {
  workerId: string
  jobs: number
  /** Of the latest failure. */
  message: string | null
}

export interface DoubtQuery {
  /** How it would be held back; who is already is left out. */
  kind: HoldKind
  /** Causes that count. */
  causes: readonly FailureCause[]
  /** Losses count too. */
  losses: boolean
  /** So many different jobs at least … */
  jobs: number
  /** … that have kept the worker off since then. */
  since: Date
}

/** Workers that several jobs keep off, and that are not held back for it yet. */
export async function findDoubtfulWorkers(tx: Tx, query: DoubtQuery): Promise<DoubtfulWorker[]> {
  const { kind, causes, losses, jobs, since } = query
  const { rows } = await sql<DoubtfulWorker>`
    select k.worker_id as "workerId", count(distinct k.job_id)::integer as jobs,
      (array_agg(k.message order by k.kept_off_at desc))[1] as message
    from backlot.worker_strikes k join backlot.workers w using (worker_id)
    where k.kept_off_at >= greatest(${since}::timestamptz, w.forgiven_at) and not w.holds ? ${kind}
      and (k.cause = any(${[...causes]}) or (${losses} and k.cause is null))
    group by k.worker_id
    having count(distinct k.job_id) >= ${jobs}
    order by k.worker_id
  `.execute(tx)
  return rows
}
