import type { JobDetail, JobSummary } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'
import type { QueryClient } from '@tanstack/react-query'
import { batch } from './batch.ts'
import type { LiveHub } from './hub.ts'
import type { JobFilter } from './job-filter.ts'
import { dropJob, type JobPages, mergeSummary, putJob } from './patch-jobs.ts'
import { putWorker, type WorkerList } from './patch-workers.ts'
import { patch, reload } from './patch.ts'

/** Milliseconds that changes of jobs are collected for. */
const settle = 100
/** What workers do is asked for again at most so often, by the page that shows it. Milliseconds. */
const workersSettle = 1000

/** Keeps what every page may show current: lists of jobs, jobs that were opened, workers. */
export function followFarm(hub: LiveHub, queryClient: QueryClient): () => void {
  const jobs = batch<JobSummary>(settle, (changes) => {
    const latest = new Map(changes.map((job) => [job.jobId, job]))
    for (const job of latest.values()) {
      applyJob(queryClient, job)
      // Whatever was missed on the way, such as a frame that was done before the page listened, is made good at the end.
      if (isEnded(job.state)) reload(queryClient, ['job', job.jobId])
    }
  })
  const workers = batch<string>(workersSettle, () => reload(queryClient, ['workers']))
  const ends = [
    hub.on('jobChanged', {}, jobs.add),
    hub.on('jobDeleted', {}, ({ jobId }) => {
      removeJob(queryClient, jobId)
      void queryClient.invalidateQueries({ queryKey: ['job', jobId], exact: true })
    }),
    hub.on('workerChanged', {}, (worker) => {
      patch<WorkerList>(queryClient, ['workers'], (list) => putWorker(list, worker))
      workers.add(worker.workerId)
    }),
  ]
  return () => {
    jobs.stop()
    workers.stop()
    ends.forEach((end) => end())
  }
}

/** Puts what is known of a job now into every list and page that shows it. */
export function applyJob(queryClient: QueryClient, job: JobSummary): void {
  forEachJobList(queryClient, (pages, filter) => putJob(pages, job, filter, Date.now()))
  patch<JobDetail>(queryClient, ['job', job.jobId], (detail) => mergeSummary(detail, job))
}

export function removeJob(queryClient: QueryClient, jobId: string): void {
  forEachJobList(queryClient, (pages) => dropJob(pages, jobId))
}

function forEachJobList(queryClient: QueryClient, change: (pages: JobPages, filter: JobFilter) => JobPages): void {
  for (const { queryKey } of queryClient.getQueryCache().findAll({ queryKey: ['jobs'] })) {
    patch<JobPages>(queryClient, queryKey, (pages) => change(pages, queryKey[1] as JobFilter))
  }
}
