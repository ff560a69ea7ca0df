import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/**
 * An image gets so many samples, in ranges of the length that it has. Ranges that are done stay. `split.samples`, what the
 * pattern of the samples was made for, only grows.
 */
export async function extendSamples(
  tx: Tx,
  stepId: string,
  { samples, ranges }: { samples: number; ranges: number },
): Promise<void> {
  await sql`
    update backlot.farm_steps set
      frame_count = ${ranges}, open_until = ${ranges}, noise = null,
      spans = jsonb_build_array(jsonb_build_array(0, ${ranges}::integer - 1, 1)),
      parameters = jsonb_set(
        parameters #- '{split,noise}', '{split,samples}',
        to_jsonb(greatest(${samples}::integer, (parameters -> 'split' ->> 'samples')::integer))
      )
    where step_id = ${stepId}
  `.execute(tx)
}
