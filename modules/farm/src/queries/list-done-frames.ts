import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface FrameRow {
  frame: number
  name: string
  sha256: string
  size: number
  thumbnail: string | null
  renderSeconds: number
  worker: string
  blender: string
  engine: string
  device: string
  samples: number | null
  warnings: string[]
  settingsHash: string | null
}

/** The finished ones among the frames from `first` to `last`. */
export async function listDoneFrames(tx: Tx, stepId: string, first: number, last: number): Promise<FrameRow[]> {
  const { rows } = await sql<FrameRow>`
    select frame, name, sha256, size, thumbnail, render_seconds as "renderSeconds", worker_name as worker, blender,
      engine, device, samples, warnings, settings_hash as "settingsHash"
    from backlot.frames where step_id = ${stepId} and frame between ${first} and ${last} order by frame
  `.execute(tx)
  return rows
}
