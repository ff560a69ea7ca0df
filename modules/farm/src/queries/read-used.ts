import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** With what the frames of a step were rendered, most used first. Frames is how many. */
export interface UsedSettings {
  engine: string
  device: string
  blender: string
  samples: number | null
  frames: number
}

export async function readUsed(tx: Tx, stepId: string): Promise<UsedSettings[]> {
  const { rows } = await sql<UsedSettings>`
    select engine, device, blender, samples, count(*) as frames from backlot.frames where step_id = ${stepId}
    group by engine, device, blender, samples order by frames desc limit 20
  `.execute(tx)
  return rows
}
