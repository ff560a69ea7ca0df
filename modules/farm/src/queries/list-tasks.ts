import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface TaskRow {
  taskId: string
  position: number
  state: 'queued' | 'leased' | 'completed' | 'failed'
  failures: number
}

/** The tasks of a step that were leased at least once, from `position` on. */
export async function listTasks(tx: Tx, stepId: string, position: number, limit: number): Promise<TaskRow[]> {
  const { rows } = await sql<TaskRow>`
    select task_id as "taskId", position, state, failures from backlot.tasks
    where step_id = ${stepId} and position >= ${position} order by position limit ${limit}
  `.execute(tx)
  return rows
}
