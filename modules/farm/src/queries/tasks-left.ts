import { type RawBuilder, sql } from 'kysely'

/**
 * Tasks of a row of farm_steps that could be leased; where the length of tasks follows from frame times, so many
 * leases at once get one each (see `take-tasks.ts`). A part of somebody else's statement.
 */
export const tasksLeft: RawBuilder<number> = sql`
  (requeued + (open_until - next_place + coalesce(chunk, 1) - 1) / coalesce(chunk, 1))`
