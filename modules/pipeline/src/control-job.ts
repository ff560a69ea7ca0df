import { CodedError } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'
import type { JobState } from '@backlot/contract/states'
import type { Unit } from '@backlot/db/unit'
import { openJob, saveJob } from './change-job.ts'
import type { PipelineContext } from './context.ts'
import { endCancelled, hasEnded, type JobDocument, moveJob, queueIfIdle, reopenJob, resetStep } from './document.ts'
import { note } from './events.ts'
import type { JobChange, RequeueWhat } from './ports.ts'
import { deleteJob } from './queries/delete-job.ts'
import { writeSettings } from './queries/write-settings.ts'
import type { JobRow } from './queries/job-row.ts'
import { planContinue, planRequeue, type StepRequeue } from './workflow.ts'

/** Whose job, and by whom it is changed. */
export interface JobOrder {
  jobId: string
  /** Only if the job is that person's. */
  ownerId: string | undefined
  /** Name of the person, for the log. */
  by: string
}

export async function cancelJob(
  context: PipelineContext,
  unit: Unit,
  { jobId, ownerId, by }: JobOrder,
): Promise<JobRow> {
  const job = await openJob(context, unit, jobId, ownerId)
  if (job.document.state === 'cancelling') return job // said twice
  mustBe(job, ['pending', 'queued', 'running', 'paused'], 'cancelled')
  const { running } = await context.farm.cancelJob(unit, jobId)
  const document = running > 0 ? moveJob(job.document, 'cancelling') : endCancelled(job.document, unit.now)
  return saveJob(context, unit, job, { document, events: [note(`Cancelled by ${by}.`, { running })] })
}

export async function pauseJob(
  context: PipelineContext,
  unit: Unit,
  { jobId, ownerId, by }: JobOrder,
): Promise<JobRow> {
  const job = await openJob(context, unit, jobId, ownerId)
  mustBe(job, ['queued', 'running'], 'paused')
  await context.farm.pauseJob(unit, jobId)
  const document = moveJob(job.document, 'paused')
  return saveJob(context, unit, job, { document, events: [note(`Paused by ${by}.`)] })
}

export async function resumeJob(
  context: PipelineContext,
  unit: Unit,
  { jobId, ownerId, by }: JobOrder,
): Promise<JobRow> {
  const job = await openJob(context, unit, jobId, ownerId)
  mustBe(job, ['paused'], 'resumed')
  await context.farm.resumeJob(unit, jobId)
  const isAtWork = job.document.steps.some(({ status }) => status === 'running')
  const document = moveJob(job.document, isAtWork ? 'running' : 'queued')
  return saveJob(context, unit, job, { document, events: [note(`Resumed by ${by}.`)] })
}

/** The scouts are good. */
export async function approveJob(
  context: PipelineContext,
  unit: Unit,
  { jobId, ownerId, by }: JobOrder,
): Promise<JobRow> {
  const job = await openJob(context, unit, jobId, ownerId)
  mustBe(job, ['queued', 'running', 'paused'], 'approved')
  const waited = await context.farm.approveJob(unit, jobId)
  if (!waited) return job // said twice, or before anything waited
  return saveJob(context, unit, job, { document: job.document, events: [note(`Approved by ${by}.`)] })
}

/** Its place in the queue, or how many of its tasks run at once. What runs goes on. */
export async function changeJob(
  context: PipelineContext,
  unit: Unit,
  { jobId, ownerId, by }: JobOrder,
  change: JobChange,
): Promise<JobRow> {
  const job = await openJob(context, unit, jobId, ownerId)
  mustBe(job, ['pending', 'queued', 'running', 'paused'], 'changed')
  await context.farm.changeJob(unit, jobId, change)
  const { priority = job.settings.priority, mostRunning = job.settings.maxRunning ?? null } = change
  const { maxRunning: _, ...others } = job.settings
  const settings = { ...others, priority, ...(mostRunning !== null && { maxRunning: mostRunning }) }
  await writeSettings(unit.tx, jobId, settings)
  const events = [note(`Changed by ${by}.`, { priority, maxRunning: mostRunning })]
  return saveJob(context, unit, { ...job, settings }, { document: job.document, events })
}

/** A still is good enough as it is. */
export async function finishJob(
  context: PipelineContext,
  unit: Unit,
  { jobId, ownerId, by }: JobOrder,
): Promise<JobRow> {
  const job = await openJob(context, unit, jobId, ownerId)
  mustBe(job, ['queued', 'running', 'paused'], 'finished early')
  const noted = await saveJob(context, unit, job, {
    document: job.document,
    events: [note(`Finished early by ${by}.`)],
  })
  const hadMore = await context.farm.finishStill(unit, jobId)
  if (!hadMore) return noted
  return await openJob(context, unit, jobId, ownerId) // its step may have ended with that
}

/** A still is to have more samples than it has. */
export async function continueJob(
  context: PipelineContext,
  unit: Unit,
  { jobId, ownerId, by }: JobOrder,
  samples: number,
): Promise<JobRow> {
  const job = await openJob(context, unit, jobId, ownerId)
  mustBe(job, ['queued', 'running', 'paused', 'completed', 'failed'], 'continued')
  const had = await context.farm.continueStill(unit, jobId, samples)
  const plan = planContinue(job.document)
  const document = await queueAgain(context, unit, job, plan)
  const events = [note(`Continued by ${by} from ${had} to ${samples} samples.`, { had, samples })]
  return saveJob(context, unit, job, { document, events })
}

export async function requeueJob(
  context: PipelineContext,
  unit: Unit,
  { jobId, ownerId, by }: JobOrder,
  what: RequeueWhat,
): Promise<JobRow> {
  const job = await openJob(context, unit, jobId, ownerId)
  mustBe(job, ['queued', 'running', 'paused', 'completed', 'failed', 'cancelled'], 'queued again')
  const plan = planRequeue(job.document, what)
  if (plan.length === 0) {
    throw new CodedError<ErrorCode>('job.illegal_transition', 'Nothing of this job failed or was cancelled.', {
      details: { jobId, state: job.document.state },
    })
  }
  const document = await queueAgain(context, unit, job, plan)
  const steps = plan.map(({ kind }) => kind)
  return saveJob(context, unit, job, { document, events: [note(`Queued again by ${by}.`, { steps, what })] })
}

/** Puts steps back into the queue, in the farm and in the document; a job that had ended is open again. */
async function queueAgain(
  context: PipelineContext,
  unit: Unit,
  { jobId, document: before }: JobRow,
  plan: readonly StepRequeue[],
): Promise<JobDocument> {
  let document: JobDocument = before
  for (const { kind, restart } of plan) {
    const isPending = document.steps.some(({ name, status }) => name === kind && status === 'pending')
    if (restart && !isPending) document = resetStep(document, kind)
  }
  await context.farm.requeueSteps(unit, jobId, plan)
  if (!hasEnded(document)) return queueIfIdle(document)
  await context.farm.resumeJob(unit, jobId)
  return reopenJob(document)
}

export async function removeJob(context: PipelineContext, unit: Unit, { jobId, ownerId }: JobOrder): Promise<void> {
  const job = await openJob(context, unit, jobId, ownerId)
  mustBe(job, ['completed', 'failed', 'cancelled'], 'deleted')
  await deleteJob(unit.tx, jobId)
  const audience = { tenantId: job.tenantId, ownerId: job.ownerId }
  unit.afterCommit(() => context.publish(audience, 'jobDeleted', { jobId }, { jobId }))
}

function mustBe(job: JobRow, states: readonly JobState[], wanted: string): void {
  const { state } = job.document
  if (states.includes(state)) return
  throw new CodedError<ErrorCode>('job.illegal_transition', `A job that is ${state} can't be ${wanted}.`, {
    details: { jobId: job.jobId, state, allowed: states },
  })
}
