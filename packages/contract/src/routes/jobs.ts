import { z } from 'zod'
import { frameNumber, maxFrame, minFrame } from '../frames.ts'
import { route } from '../route.ts'
import { id, pageOf, pageQuery } from '../schemas/common.ts'
import {
  frameInfo,
  jobDetail,
  jobListQuery,
  jobOutput,
  jobSummary,
  logLine,
  pipelineEvent,
  submission,
  submitted,
  taskInfo,
  timelineEntry,
  whyNotRunning,
} from '../schemas/jobs.ts'
import { stepKind, stepRegistry } from '../steps/registry.ts'
import { split } from '../steps/sample-settings.ts'

const job = z.object({ jobId: id })
const view = { permission: 'jobs.view' } as const
const manage = { permission: 'jobs.manage_own' } as const
const wrongState = ['job.not_found', 'job.illegal_transition'] as const

export const jobRoutes = {
  submitJob: route({
    method: 'POST',
    path: '/jobs',
    summary: 'Register a job whose files are in storage.',
    access: { permission: 'jobs.submit' },
    body: submission,
    response: submitted,
    errors: ['tree.not_found', 'project.not_found', 'submit.invalid_frames'],
  }),
  listJobs: route({
    method: 'GET',
    path: '/jobs',
    summary:
      'Jobs, newest first or by a column. Artists and clients see their own; project managers see all of the tenant.',
    access: view,
    query: jobListQuery,
    response: pageOf(jobSummary),
  }),
  showJob: route({
    method: 'GET',
    path: '/jobs/{jobId}',
    summary: 'One job with its document.',
    access: view,
    params: job,
    response: jobDetail,
    errors: ['job.not_found'],
  }),
  listTimeline: route({
    method: 'GET',
    path: '/jobs/{jobId}/timeline',
    summary: 'Attempts in the order in which they began: who rendered what, when.',
    access: view,
    params: job,
    query: pageQuery,
    response: pageOf(timelineEntry),
    errors: ['job.not_found'],
  }),
  cancelJob: route({
    method: 'POST',
    path: '/jobs/{jobId}/cancel',
    summary: 'Cancel: renders end, partial output is removed, finished frames stay.',
    access: manage,
    params: job,
    response: jobSummary,
    errors: wrongState,
  }),
  changeJob: route({
    method: 'PATCH',
    path: '/jobs/{jobId}',
    summary: 'Change how many of its tasks run at once, or its priority. What runs goes on.',
    access: manage,
    params: job,
    body: z.object({
      priority: submission.shape.priority.unwrap().optional(),
      /** Null: no limit of its own. */
      maxRunning: submission.shape.maxRunning.unwrap().nullable().optional(),
    }),
    response: jobSummary,
    errors: wrongState,
  }),
  pauseJob: route({
    method: 'POST',
    path: '/jobs/{jobId}/pause',
    summary: 'Start no further tasks. What renders is finished.',
    access: manage,
    params: job,
    response: jobSummary,
    errors: wrongState,
  }),
  approveJob: route({
    method: 'POST',
    path: '/jobs/{jobId}/approve',
    summary: 'The frames that were rendered ahead are good: render the others.',
    access: manage,
    params: job,
    response: jobSummary,
    errors: wrongState,
  }),
  finishJob: route({
    method: 'POST',
    path: '/jobs/{jobId}/finish',
    summary: 'A still that is rendered in ranges of samples is good enough: what is under way is finished and merged.',
    access: manage,
    params: job,
    response: jobSummary,
    errors: wrongState,
  }),
  continueJob: route({
    method: 'POST',
    path: '/jobs/{jobId}/continue',
    summary: 'Render a still to more samples; those that it has stay.',
    access: manage,
    params: job,
    body: z.object({ samples: split.shape.samples }),
    response: jobSummary,
    errors: wrongState,
  }),
  resumeJob: route({
    method: 'POST',
    path: '/jobs/{jobId}/resume',
    summary: 'Go on with a paused job.',
    access: manage,
    params: job,
    response: jobSummary,
    errors: wrongState,
  }),
  requeueJob: route({
    method: 'POST',
    path: '/jobs/{jobId}/requeue',
    summary: 'Do again what failed or was cancelled; with `all`, everything; with `frames`, those.',
    access: manage,
    params: job,
    body: z.object({ all: z.boolean().default(false), frames: z.array(frameNumber).max(100_000).optional() }),
    response: jobSummary,
    errors: wrongState,
  }),
  deleteJob: route({
    method: 'DELETE',
    path: '/jobs/{jobId}',
    summary: 'Delete an ended job and what only it uses.',
    access: manage,
    params: job,
    errors: wrongState,
  }),
  listFrames: route({
    method: 'GET',
    path: '/jobs/{jobId}/frames',
    summary: 'The frames of a job in order of their number.',
    access: view,
    params: job,
    query: pageQuery.extend({
      limit: z.coerce.number().int().min(1).max(5000).default(500),
      /** Begin at this frame number: a grid of 100,000 frames loads what it shows. */
      from: z.coerce.number().int().min(minFrame).max(maxFrame).optional(),
    }),
    response: pageOf(frameInfo),
    errors: ['job.not_found'],
  }),
  listOutputs: route({
    method: 'GET',
    path: '/jobs/{jobId}/outputs',
    summary: 'Finished files of a job: frames, contact sheet, video.',
    access: view,
    params: job,
    response: z.object({ items: z.array(jobOutput) }),
    errors: ['job.not_found'],
  }),
  downloadOutputs: route({
    method: 'GET',
    path: '/jobs/{jobId}/outputs.zip',
    summary: 'The finished files of a job in one ZIP archive, uncompressed, as it is now.',
    access: view,
    params: job,
    response: { binary: 'application/zip' },
    errors: ['job.not_found'],
  }),
  listTasks: route({
    method: 'GET',
    path: '/jobs/{jobId}/tasks',
    summary: 'Tasks with their attempts.',
    access: view,
    params: job,
    query: pageQuery,
    response: pageOf(taskInfo),
    errors: ['job.not_found'],
  }),
  listEvents: route({
    method: 'GET',
    path: '/jobs/{jobId}/events',
    summary: 'What happened to a job, oldest first.',
    access: view,
    params: job,
    query: pageQuery,
    response: pageOf(pipelineEvent),
    errors: ['job.not_found'],
  }),
  listLogs: route({
    method: 'GET',
    path: '/jobs/{jobId}/logs',
    summary:
      "Blender's log of a job, oldest first; `after` continues behind a line, `before` gives those just before one.",
    access: view,
    params: job,
    query: z.object({
      after: z.coerce.number().int().min(0).default(0),
      /** The `limit` lines before this one instead, still oldest first; a number past the end gives the log's tail. */
      before: z.coerce.number().int().min(0).optional(),
      limit: z.coerce.number().int().min(1).max(5000).default(500),
    }),
    response: z.object({ items: z.array(logLine) }),
    errors: ['job.not_found'],
  }),
  whyJob: route({
    method: 'GET',
    path: '/jobs/{jobId}/why',
    summary: 'Why a job is not running.',
    access: view,
    params: job,
    response: whyNotRunning,
    errors: ['job.not_found'],
  }),
  listSteps: route({
    method: 'GET',
    path: '/workflows/steps',
    summary: 'The process-step registry with parameter schemas (JSON Schema).',
    access: 'person',
    response: z.object({
      items: z.array(
        z.object({
          kind: stepKind,
          title: z.string(),
          summary: z.string(),
          executor: z.enum(['client', 'worker']),
          parameters: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  }),
}

/** What `listSteps` answers. */
export function describeSteps() {
  return stepKind.options.map((kind) => {
    const { title, summary, executor, parameters } = stepRegistry[kind]
    return {
      kind,
      title,
      summary,
      executor,
      parameters: z.toJSONSchema(parameters, { io: 'input' }) as Record<string, unknown>,
    }
  })
}
