import type { Split } from '@backlot/contract/steps/sample-settings'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** An image is rendered in so many ranges from now on; those that are done stay. */
export async function extendSamples(
  tx: Tx,
  jobId: string,
  { split, ranges }: { split: Split; ranges: number },
): Promise<void> {
  await sql`
    with merge as (
      update backlot.farm_steps set parameters = jsonb_set(parameters, '{split}', ${JSON.stringify(split)}::jsonb)
      where job_id = ${jobId} and kind = 'merge_samples'
    )
    update backlot.farm_steps set
      frame_count = ${ranges}, open_until = ${ranges}, noise = null,
      spans = jsonb_build_array(jsonb_build_array(0, ${ranges}::integer - 1, 1)),
      parameters = jsonb_set(parameters, '{split}', ${JSON.stringify(split)}::jsonb)
    where job_id = ${jobId} and kind = 'render_samples'
  `.execute(tx)
}
