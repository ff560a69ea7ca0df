import { sql } from 'kysely'

/** Workers `w` that take work and could do that of step `s`, and are not kept off it. */
export const ableWorkers = sql`
  backlot.workers w
  where w.takes_work and s.class_id = any(w.class_ids) and (w.tenant_id is null or w.tenant_id = s.tenant_id)
    and not exists (
      select from backlot.worker_strikes o
      where o.worker_id = w.worker_id and o.step_id = s.step_id and o.kept_off_at is not null
    )`
