import type { Lease } from '@backlot/contract/schemas/farm'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface RenderedFrame {
  jobId: string
  frame: number
  name: string
  sha256: string
  size: number
  samples: number | null
  colour: Lease['inputs'][number]['colour']
}

/** What these kinds of steps of these jobs have finished: frames or ranges of samples, ascending. */
export async function findRenderedFrames(
  tx: Tx,
  jobIds: readonly string[],
  kinds: readonly StepKind[],
): Promise<RenderedFrame[]> {
  const { rows } = await sql<RenderedFrame>`
    select f.job_id as "jobId", f.frame, f.name, f.sha256, f.size, f.samples, f.colour
    from backlot.farm_steps s join backlot.frames f using (step_id)
    where s.job_id = any(${[...jobIds]}::uuid[]) and s.kind = any(${[...kinds]}::text[])
    order by f.job_id, f.frame
  `.execute(tx)
  return rows
}
