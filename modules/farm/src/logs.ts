import type { FarmContext } from './context.ts'
import { logLinesPerAttempt } from './limits.ts'
import { appendLogLines, type NewLogLine } from './queries/append-log-lines.ts'

/** Keeps lines of many attempts at once, and shows them to who follows the jobs. */
export async function appendLogs(context: FarmContext, batches: readonly NewLogLine[][]): Promise<undefined[]> {
  await context.unit(async ({ tx, afterCommit }) => {
    const lines = await appendLogLines(tx, batches.flat(), logLinesPerAttempt)
    afterCommit(() => {
      for (const [jobId, own] of Map.groupBy(lines, (line) => line.jobId)) {
        const { tenantId, ownerId } = own[0] as (typeof own)[number]
        const shown = own.map(({ seq, at, attemptId, taskId, level, text }) => ({
          seq,
          at,
          attemptId,
          taskId,
          level,
          text,
        }))
        context.publish({ tenantId, ownerId }, 'jobLog', { jobId }, { lines: shown })
      }
    })
  })
  return batches.map(() => undefined)
}
