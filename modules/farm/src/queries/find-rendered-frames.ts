import type { Lease } from '@backlot/contract/schemas/farm'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface RenderedFrame {
  jobId: string
  frame: number
  name: string
  sha256: string
  size: number
  colour: Lease['inputs'][number]['colour']
}

/** Every finished frame of these jobs, ascending. */
export async function findRenderedFrames(tx: Tx, jobIds: readonly string[]): Promise<RenderedFrame[]> {
  const { rows } = await sql<RenderedFrame>`
    select f.job_id as "jobId", f.frame, f.name, f.sha256, f.size, f.colour
    from backlot.farm_steps s join backlot.frames f using (step_id)
    where s.job_id = any(${[...jobIds]}::uuid[]) and s.kind = 'render_frames'
    order by f.job_id, f.frame
  `.execute(tx)
  return rows
}
