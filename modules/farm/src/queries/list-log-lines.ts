import type { LogLine } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Lines behind number `after`, or the last ones before number `before`. */
export interface LogQuery {
  jobId: string
  after: number
  before?: number | undefined
  limit: number
}
type LogRow = Omit<LogLine, 'at'> & { at: Date }

/** Lines of a job's log, oldest first. */
export async function listLogLines(tx: Tx, { jobId, after, before, limit }: LogQuery): Promise<LogRow[]> {
  const which =
    before === undefined ? sql`seq > ${after} order by seq` : sql`seq > ${after} and seq < ${before} order by seq desc`
  const { rows } = await sql<LogRow>`
    select seq, at, attempt_id as "attemptId", task_id as "taskId", level, text from backlot.log_lines
    where job_id = ${jobId} and ${which} limit ${limit}
  `.execute(tx)
  return before === undefined ? rows : rows.toReversed()
}
