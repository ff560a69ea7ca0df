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
}

/** The finished ones among the frames from `first` to `last`. */
export async function listDoneFrames(tx: Tx, stepId: string, first: number, last: number): Promise<FrameRow[]> {
  const { rows } = await sql<FrameRow>`
    select frame, name, sha256, size, thumbnail, render_seconds as "renderSeconds", worker_name as worker, blender,
      engine, device, samples, warnings
    from backlot.frames where step_id = ${stepId} and frame between ${first} and ${last} order by frame
  `.execute(tx)
  return rows
}

export interface FrameTask {
  position: number
  state: 'queued' | 'leased' | 'completed' | 'failed'
  /** Of the attempt at work. */
  worker: string | null
  frame: number | null
  fraction: number | null
}

/** The tasks `first` to `last` of a step, with the attempt that works on each. */
export async function listFrameTasks(tx: Tx, stepId: string, first: number, last: number): Promise<FrameTask[]> {
  const { rows } = await sql<FrameTask>`
    select t.position, t.state, a.worker_name as worker, a.frame, a.fraction
    from backlot.tasks t left join backlot.attempts a on a.task_id = t.task_id and a.state = 'running'
    where t.step_id = ${stepId} and t.position between ${first} and ${last}
  `.execute(tx)
  return rows
}
