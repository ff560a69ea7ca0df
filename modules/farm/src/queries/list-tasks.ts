import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export interface TaskRow {
  taskId: string
  firstPlace: number
  length: number
  state: 'queued' | 'leased' | 'completed' | 'failed'
  failures: number
}

/** The tasks of a step that were leased at least once, from this place on. */
export async function listTasks(tx: Tx, stepId: string, firstPlace: number, limit: number): Promise<TaskRow[]> {
  const { rows } = await sql<TaskRow>`
    select task_id as "taskId", first_place as "firstPlace", length, state, failures from backlot.tasks
    where step_id = ${stepId} and first_place >= ${firstPlace} order by first_place limit ${limit}
  `.execute(tx)
  return rows
}
