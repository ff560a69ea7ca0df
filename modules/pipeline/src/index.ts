import { coalesceByTimer } from '@backlot/base/coalescer'
import type { Handlers } from '@backlot/contract/handler'
import type { jobRoutes } from '@backlot/contract/routes/jobs'
import type { PipelineContext } from './context.ts'
import { createWorkflow } from './follow-work.ts'
import { announceJobs } from './job-view.ts'
import type { PipelinePorts } from './ports.ts'
import { createJobHandlers } from './routes.ts'

export type { FarmPort, PipelinePorts, PlannedJob, PlannedStep, Publish, RequeueWhat } from './ports.ts'

/** A job's summary goes out at most four times a second. Milliseconds. */
const jobChangedInterval = 250

export interface Pipeline {
  routes: Handlers<typeof jobRoutes>
  /** What the farm tells the pipeline. */
  workflow: ReturnType<typeof createWorkflow>
  /** Waits for what is under way. */
  close(): Promise<void>
}

export function createPipeline(ports: PipelinePorts): Pipeline {
  const touched = (ports.coalesce ?? coalesceByTimer)<string>({
    interval: jobChangedInterval,
    flush: (jobIds) => announceJobs(context, jobIds),
    onError: (error) => ports.log.error({ err: error }, 'pipeline: jobs could not be announced'),
  })
  const context: PipelineContext = { ...ports, jobTouched: (jobId) => touched.touch(jobId) }
  return { routes: createJobHandlers(context), workflow: createWorkflow(context), close: () => touched.close() }
}
