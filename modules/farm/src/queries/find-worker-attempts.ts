import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** What a worker holds. */
export async function findWorkerAttempts(tx: Tx, workerId: string): Promise<string[]> {
  const { rows } = await sql<{ attemptId: string }>`
    select attempt_id as "attemptId" from backlot.attempts where worker_id = ${workerId} and state = 'running'
  `.execute(tx)
  return rows.map(({ attemptId }) => attemptId)
}
