import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { Unit } from '@backlot/db/unit'
import type { PipelineContext } from './context.ts'
import { hasEnded, type JobDocument } from './document.ts'
import { type NewEvent, recordEvents } from './events.ts'
import { findJob } from './queries/find-job.ts'
import type { JobRow } from './queries/job-row.ts'
import { writeDocument } from './queries/write-document.ts'

/** Locks a job and reads it. With `ownerId`, a job of anybody else does not exist. */
export async function openJob(context: PipelineContext, unit: Unit, jobId: string, ownerId?: string): Promise<JobRow> {
  await context.farm.lockJob(unit, jobId)
  const job = await findJob(unit.tx, jobId, ownerId)
  if (job === undefined) throw jobNotFound(jobId)
  return job
}

/** Writes the changed document of a job that is locked, with the events that tell why. Answers the job as it is now. */
export async function saveJob(
  context: PipelineContext,
  unit: Unit,
  job: JobRow,
  { document, events }: { document: JobDocument; events: readonly NewEvent[] },
): Promise<JobRow> {
  const reopened = hasEnded(job.document) && !hasEnded(document)
  const began = document.state === 'running' ? unit.now : null
  const startedAt = reopened ? null : (job.startedAt ?? began)
  const endedAt = hasEnded(document) ? (job.endedAt ?? unit.now) : null
  await writeDocument(unit.tx, job.jobId, { document, startedAt, endedAt })
  await recordEvents(context, unit, job, events)
  unit.afterCommit(() => context.jobTouched(job.jobId))
  return { ...job, document, startedAt, endedAt }
}

export function jobNotFound(jobId: string): CodedError<ErrorCode> {
  return new CodedError('job.not_found', 'There is no such job.', { details: { jobId } })
}
