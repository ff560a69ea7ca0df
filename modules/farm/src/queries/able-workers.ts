import { sql } from 'kysely'

/** Workers `w` that could take a task of step `s` now, and are not kept off it. */
export const ableWorkers = sql`
  backlot.workers w
  where w.state = 'online' and s.class_id = any(w.class_ids) and (w.tenant_id is null or w.tenant_id = s.tenant_id)
    and not exists (
      select from backlot.worker_strikes o
      where o.worker_id = w.worker_id and o.step_id = s.step_id and o.kept_off_at is not null
    )`
