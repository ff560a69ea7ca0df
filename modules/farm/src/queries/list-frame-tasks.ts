import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface FrameTask {
  /** Of the frame that was asked for. */
  place: number
  state: 'queued' | 'leased' | 'completed' | 'failed'
  /** Of the attempt at work. */
  worker: string | null
  frame: number | null
  fraction: number | null
}

/** The tasks that hold these places of a step, with the attempt that works on each; none for a place in no task yet. */
export async function listFrameTasks(tx: Tx, stepId: string, places: readonly number[]): Promise<FrameTask[]> {
  const { rows } = await sql<FrameTask>`
    select p.place, t.state, a.worker_name as worker, a.frame, a.fraction
    from unnest(${[...places]}::integer[]) as p(place)
    cross join lateral (
      select task_id, state, first_place + length as until from backlot.tasks
      where step_id = ${stepId} and first_place <= p.place order by first_place desc limit 1
    ) t
    left join backlot.attempts a on a.task_id = t.task_id and a.state = 'running'
    where p.place < t.until
  `.execute(tx)
  return rows
}
