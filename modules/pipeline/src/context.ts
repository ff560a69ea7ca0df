import type { PipelinePorts } from './ports.ts'

/** What the parts of the pipeline share. */
export interface PipelineContext extends PipelinePorts {
  /** People who look at this job are told, at most four times a second. */
  jobTouched(jobId: string): void
}
