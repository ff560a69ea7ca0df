import type { LogLine } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Lines of a job's log behind number `after`, oldest first. */
export async function listLogLines(
  tx: Tx,
  { jobId, after, limit }: { jobId: string; after: number; limit: number },
): Promise<(Omit<LogLine, 'at'> & { at: Date })[]> {
  const { rows } = await sql<Omit<LogLine, 'at'> & { at: Date }>`
    select seq, at, attempt_id as "attemptId", task_id as "taskId", level, text from backlot.log_lines
    where job_id = ${jobId} and seq > ${after} order by seq limit ${limit}
  `.execute(tx)
  return rows
}
