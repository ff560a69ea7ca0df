import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface CostSums {
  cost: number
  ratedSeconds: number
  workerSeconds: number
}

/** What the time of workers has cost for a job until now. */
export async function sumCost(tx: Tx, jobId: string, now: Date): Promise<CostSums> {
  const { rows } = await sql<CostSums>`
    select coalesce(sum(took * hourly_rate / 3600), 0)::float8 as cost,
      coalesce(sum(took) filter (where hourly_rate is not null), 0)::float8 as "ratedSeconds",
      coalesce(sum(took), 0)::float8 as "workerSeconds"
    from (
      select a.hourly_rate, greatest(0, extract(epoch from coalesce(a.ended_at, ${now}::timestamptz) - a.leased_at)) as took
      from backlot.tasks t join backlot.attempts a using (task_id)
      where t.step_id in (select step_id from backlot.farm_steps where job_id = ${jobId})
    ) attempt
  `.execute(tx)
  return rows[0] as CostSums
}
