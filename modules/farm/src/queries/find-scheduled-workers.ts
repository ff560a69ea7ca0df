import type { WorkingHours } from '@backlot/contract/working-hours'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Workers with working hours, and whether they are held back because of them. */
export async function findScheduledWorkers(
  tx: Tx,
): Promise<{ workerId: string; hours: WorkingHours; isHeld: boolean }[]> {
  const { rows } = await sql<{ workerId: string; hours: WorkingHours; isHeld: boolean }>`
    select worker_id as "workerId", hours, holds ? 'hours' as "isHeld" from backlot.workers where hours is not null
    order by worker_id
  `.execute(tx)
  return rows
}
