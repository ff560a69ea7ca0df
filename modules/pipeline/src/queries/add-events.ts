import type { PipelineEvent } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import { sql } from 'kysely'

export type NewEvent = Omit<PipelineEvent, 'eventId' | 'at'>

/** Answers the events as they are kept. */
export async function addEvents(
  tx: Tx,
  job: { jobId: string; tenantId: string },
  events: readonly NewEvent[],
  now: Date,
): Promise<PipelineEvent[]> {
  const { rows } = await sql<{ eventId: string }>`
    insert into backlot.pipeline_events (tenant_id, job_id, at, step, kind, level, message, duration_s, context)
    select ${job.tenantId}, ${job.jobId}, ${now}, step, kind, level, message, "durationSeconds", context
    from json_to_recordset(${JSON.stringify(events)}::json) as x(
      step text, kind text, level text, message text, "durationSeconds" double precision, context jsonb
    )
    returning event_id as "eventId"
  `.execute(tx)
  const at = now.toISOString()
  return events.map((event, index) => ({ ...event, eventId: (rows[index] as { eventId: string }).eventId, at }))
}
