import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { RankedStep } from '../allocate.ts'
import type { FullLimits } from '../caps.ts'
import { hasRoom } from './has-room.ts'
import { tasksLeft } from './tasks-left.ts'

/** Workers that may do the same things, and the steps that they could work on, by priority, then by age. */
export interface Ranking {
  workers: string[]
  steps: RankedStep[]
  /** Somebody has more steps than these. */
  cut: boolean
}

export interface RankQuery {
  workerIds: readonly string[]
  /** Of all of them. */
  slots: number
  /** Jobs that are passed over. */
  without: readonly string[]
  /** What belongs to these is passed over too. */
  full: FullLimits
  /** `TENANT POOL`: so much was promised to them that they come before a higher priority. */
  promised: readonly string[]
}

/**
 * Ranks the queue for each group of workers with equal abilities that are kept off the same steps: by priority, then
 * by age; of every person at a priority twice their equal part of these slots, and no priority that others fill up
 * before. Takes no locks. The queue's index is read by jumps: from one person's first step to the next person's,
 * so 10,000 queued jobs of somebody cost those behind them nothing.
 */
export async function rankSteps(tx: Tx, { workerIds, slots, without, full, promised }: RankQuery): Promise<Ranking[]> {
  const { rows } = await sql<Ranking>`
    select g.workers, s.steps, s.cut
    from (
      select tenant_id, class_ids, kept_off, array_agg(worker_id) as workers
      from (
        select worker_id, tenant_id, class_ids, array(
          select k.step_id from backlot.worker_strikes k
          where k.worker_id = w.worker_id and k.kept_off_at is not null order by k.step_id
        ) as kept_off
        from backlot.workers w where worker_id = any(${[...workerIds]}::uuid[]) and takes_work
      ) w
      group by tenant_id, class_ids, kept_off
    ) g
    cross join lateral (
      select jsonb_agg(jsonb_build_object('stepId', step_id, 'jobId', job_id, 'available', available,
        'priority', -urgency, 'tenantId', tenant_id, 'projectId', project_id, 'ownerId', owner_id, 'pool', pool, 'licences', licences,
        'mostRunning', most_running)
        order by urgency, queued_at, step_id) as steps, bool_or(place = per_line) as cut
      from (
        select q.*,
          sum(available) over (
            partition by urgency, tenant_id, project_id, owner_id order by queued_at, step_id
          ) - available as before_in_line,
          row_number() over (partition by urgency, tenant_id, project_id, owner_id) as place,
          sum(available) over (order by urgency groups between unbounded preceding and 1 preceding) as more_urgent
        from unnest(g.class_ids) as class(id)
        cross join lateral (
          with recursive line as (
            (
              select urgency, tenant_id, project_id, owner_id from backlot.farm_steps
              where leasable and class_id = class.id and (g.tenant_id is null or tenant_id = g.tenant_id)
                and tenant_id <> all(${[...full.tenants]}::uuid[])
              order by urgency, tenant_id, project_id, owner_id limit 1
            )
            union all
            select next.* from line l cross join lateral (
              select f.urgency, f.tenant_id, f.project_id, f.owner_id from backlot.farm_steps f
              where f.leasable and f.class_id = class.id and (g.tenant_id is null or f.tenant_id = g.tenant_id)
                and f.tenant_id <> all(${[...full.tenants]}::uuid[])
                and (f.urgency, f.tenant_id, f.project_id, f.owner_id)
                  > (l.urgency, l.tenant_id, l.project_id, l.owner_id)
              order by f.urgency, f.tenant_id, f.project_id, f.owner_id limit 1
            ) next
          )
          select f.*, part.per_line
          from (select ceil(2.0 * ${slots} / greatest(count(*), 1))::integer as per_line from line) part
          cross join line l
          cross join lateral (
            select step_id, job_id, urgency, tenant_id, project_id, owner_id, queued_at, pool, licences, most_running,
              least(${tasksLeft}, most_running - running) as available
            from backlot.farm_steps
            where leasable and class_id = class.id and urgency = l.urgency and tenant_id = l.tenant_id
              and project_id = l.project_id and owner_id = l.owner_id
              and step_id <> all(g.kept_off) and job_id <> all(${[...without]}::uuid[])
              and ${hasRoom(full)}
            order by queued_at, step_id
            limit part.per_line
          ) f
        ) q
      ) ranked
      where before_in_line < ${slots}
        and (coalesce(more_urgent, 0) < ${slots} or tenant_id || ' ' || pool = any(${[...promised]}::text[]))
    ) s
    where s.steps is not null
  `.execute(tx)
  return rows
}
