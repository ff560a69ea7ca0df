import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface OpenRender {
  stepId: string
  /** That are neither there nor given up. */
  frames: number
  recentSeconds: number[]
}

/** What of the tenant's jobs is to be rendered, as far as nothing but a worker is waited for. */
export async function findOpenRenders(tx: Tx): Promise<OpenRender[]> {
  const { rows } = await sql<OpenRender>`
    select step_id as "stepId", greatest(frame_count, 1) - frames_completed - frames_failed as frames,
      recent_seconds as "recentSeconds"
    from backlot.farm_steps where (leasable or busy) and kind in ('render_frames', 'render_samples')
  `.execute(tx)
  return rows
}
