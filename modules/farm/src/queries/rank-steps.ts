import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface RankedStep {
  /** The workers that this row is for: all that can do the same things. */
  workers: string[]
  stepId: string
  jobId: string
  /** Tasks that could be leased. */
  available: number
}

/**
 * For each group of workers with equal abilities, the steps that they could work on, best first: priority, then age.
 * Takes no locks. The queue's index gives the first rows of each class directly, however long the queue is.
 */
export async function rankSteps(tx: Tx, workerIds: readonly string[], slots: number): Promise<RankedStep[]> {
  const { rows } = await sql<RankedStep>`
    select g.workers, s.step_id as "stepId", s.job_id as "jobId", s.available
    from (
      select tenant_id, class_ids, array_agg(worker_id) as workers
      from backlot.workers where worker_id = any(${[...workerIds]}::uuid[]) and state = 'online'
      group by tenant_id, class_ids
    ) g
    cross join lateral (
      select q.*
      from unnest(g.class_ids) as class(id)
      cross join lateral (
        select step_id, job_id, priority, queued_at, requeued + task_count - next_position as available
        from backlot.farm_steps
        where leasable and class_id = class.id and (g.tenant_id is null or tenant_id = g.tenant_id)
        order by priority desc, queued_at, step_id
        limit ${slots}
      ) q
      order by q.priority desc, q.queued_at, q.step_id
      limit ${slots}
    ) s
    order by g.workers, s.priority desc, s.queued_at, s.step_id
  `.execute(tx)
  return rows
}
