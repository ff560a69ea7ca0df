import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

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
