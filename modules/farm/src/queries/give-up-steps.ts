import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { type StepAfter, stepAfter } from './step-after.ts'

/** Nothing of these steps is begun any more, because too much of them failed. Answers them as they are now. */
export async function giveUpSteps(tx: Tx, stepIds: readonly string[]): Promise<StepAfter[]> {
  const { rows } = await sql<StepAfter>`
    update backlot.farm_steps s set cancelled = true, given_up = true where step_id = any(${[...stepIds]}::uuid[])
    returning ${stepAfter}
  `.execute(tx)
  return rows
}
