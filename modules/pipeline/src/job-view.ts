import type { JobDetail, JobSummary } from '@backlot/contract/schemas/jobs'
import type { Tx } from '@backlot/db/tx'
import type { PipelineContext } from './context.ts'
import { hasEnded } from './document.ts'
import { findJobs } from './queries/find-jobs.ts'
import type { JobRow } from './queries/job-row.ts'

/** Jobs as lists show them: what the pipeline knows, with the farm's numbers. */
export async function summarise(context: PipelineContext, tx: Tx, jobs: readonly JobRow[]): Promise<JobSummary[]> {
  const progress = await context.farm.progressOf(
    tx,
    jobs.map(({ jobId }) => jobId),
  )
  return jobs.map((job) => {
    const { jobId, name, document, settings, projectId, ownerName } = job
    const known = progress.get(jobId)
    if (known === undefined) throw new Error(`job ${jobId} has no work in the farm`)
    return {
      jobId,
      name,
      state: document.state,
      priority: settings.priority,
      projectId,
      createdBy: ownerName,
      createdAt: job.createdAt.toISOString(),
      startedAt: job.startedAt?.toISOString() ?? null,
      endedAt: job.endedAt?.toISOString() ?? null,
      ...known,
      error: document.error,
    }
  })
}

export async function summariseOne(context: PipelineContext, tx: Tx, job: JobRow): Promise<JobSummary> {
  return (await summarise(context, tx, [job]))[0] as JobSummary
}

export async function describeJob(context: PipelineContext, tx: Tx, job: JobRow): Promise<JobDetail> {
  const { jobId, document, settings } = job
  const summary = await summariseOne(context, tx, job)
  const now = context.clock()
  const cost = await context.farm.costOf(tx, { jobId, progress: summary, isEnded: hasEnded(document), now })
  return { ...summary, cost, document, settings }
}

/** Tells those who look at these jobs how they are now. */
export async function announceJobs(context: PipelineContext, jobIds: readonly string[]): Promise<void> {
  const told = await context.database.background(async (tx) => {
    const jobs = await findJobs(tx, jobIds)
    const summaries = await summarise(context, tx, jobs)
    return jobs.map((job, index) => ({ job, summary: summaries[index] as JobSummary }))
  })
  for (const { job, summary } of told) {
    const { tenantId, ownerId, jobId } = job
    context.publish({ tenantId, ownerId }, 'jobChanged', { jobId }, summary)
  }
}
