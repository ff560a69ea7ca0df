import type { AttemptState } from '@backlot/contract/states'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

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
