import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import type { Usage } from '../caps.ts'

/** Every limit of tasks at once, with what runs under it: of tenants, pools and licences, and of jobs that run. */
export async function readUsages(tx: Tx, tenantIds?: readonly string[]): Promise<Usage[]> {
  const whose = tenantIds === undefined ? sql`` : sql`and tenant_id = any(${[...tenantIds]}::uuid[])`
  const { rows } = await sql<Usage>`
    with busy as (
      select tenant_id, job_id, pool, licences, most_running, running from backlot.farm_steps where busy ${whose}
    )
    select l.tenant_id as "tenantId", l.kind, l.name, l.most, l.least, coalesce((
      select sum(b.running) from busy b
      where b.tenant_id = l.tenant_id
        and (l.kind = 'tenant' or (l.kind = 'pool' and b.pool = l.name) or (l.kind = 'licence' and l.name = any(b.licences)))
    ), 0)::integer as running
    from backlot.farm_limits l where l.kind in ('tenant', 'pool', 'licence') ${whose}
    union all
    select tenant_id, 'job', job_id::text, most_running, 0, sum(running)::integer
    from busy where most_running is not null group by tenant_id, job_id, most_running
  `.execute(tx)
  return rows
}
