import type { PipelineEvent } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

/** Events of a job behind `after`, oldest first. */
export async function listEvents(
  tx: Tx,
  { jobId, after, limit }: { jobId: string; after: string | undefined; limit: number },
): Promise<PipelineEvent[]> {
  const later = after === undefined ? sql`` : sql`and event_id > ${after}::uuid`
  const { rows } = await sql<Omit<PipelineEvent, 'at'> & { at: Date }>`
    select event_id as "eventId", at, step, kind, level, message, duration_s as "durationSeconds", context
    from backlot.pipeline_events where job_id = ${jobId} ${later} order by event_id limit ${limit}
  `.execute(tx)
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
