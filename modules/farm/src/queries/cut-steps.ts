import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'
import { type StepAfter, stepAfter } from './step-after.ts'

/**
 * Of these images no more ranges of samples are handed out. Answers the steps that had some left and have at least one
 * range handed out, as they are now.
 */
export async function cutSteps(tx: Tx, stepIds: readonly string[]): Promise<StepAfter[]> {
  const { rows } = await sql<StepAfter>`
    update backlot.farm_steps s set
      frame_count = next_place, open_until = next_place,
      spans = jsonb_build_array(jsonb_build_array(0, next_place - 1, 1))
    where step_id = any(${[...stepIds]}::uuid[]) and kind = 'render_samples' and next_place between 1 and frame_count - 1
    returning ${stepAfter}
  `.execute(tx)
  return rows
}
