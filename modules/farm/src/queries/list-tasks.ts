import type { AttemptState } from '@backlot/contract/states'
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

export interface AttemptRow {
  attemptId: string
  taskId: string
  state: AttemptState
  worker: string
  startedAt: Date
  endedAt: Date | null
  code: string | null
  message: string | null
}

/** The attempts at these tasks, oldest first. */
export async function listAttempts(tx: Tx, taskIds: readonly string[]): Promise<AttemptRow[]> {
  const { rows } = await sql<AttemptRow>`
    select attempt_id as "attemptId", task_id as "taskId", state, worker_name as worker, leased_at as "startedAt",
      ended_at as "endedAt", error_code as code, error_message as message
    from backlot.attempts where task_id = any(${[...taskIds]}::uuid[]) order by task_id, attempt_id
  `.execute(tx)
  return rows
}
