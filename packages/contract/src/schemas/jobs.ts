import { z } from 'zod'
import { frameOrders } from '../frame-order.ts'
import { frameText } from '../frames.ts'
import { jobDocument } from '../job-document.ts'
import { attemptStates, jobStates, taskStates } from '../states.ts'
import { renderSettings } from '../steps/render-settings.ts'
import { stepKind } from '../steps/registry.ts'
import { limitName } from './limits.ts'
import { split } from '../steps/sample-settings.ts'
import { byteCount, id, pageQuery, plainObject, programText, seconds, sha256, timestamp, treePath } from './common.ts'

export const jobState = z.enum(jobStates)
export const tag = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
export const blenderVersion = z.string().regex(/^\d{1,2}\.\d{1,2}(\.\d{1,3})?$/, 'a version such as 5.0 or 4.5.15')

/** What a client did before it registered the job, and how long it took. */
export const clientStage = z.object({
  name: stepKind,
  seconds,
  output: plainObject.default({}),
})

/** Registers a job whose files are already in storage. `submissionId` makes a repeated call return the same job. */
export const submission = z.object({
  version: z.literal(1),
  submissionId: id,
  name: z.string().trim().min(1).max(200),
  projectId: id.optional(),
  treeId: sha256,
  frames: frameText,
  /** Frames of one task; absent: as many as take `taskSeconds`, by the times of this job's frames. */
  chunk: z.int().min(1).max(10_000).optional(),
  /** How long a task should take where `chunk` is absent. A frame that takes longer is a task of its own. */
  taskSeconds: z.number().min(1).max(86_400).default(120),
  /** In which order frames are handed out. */
  order: z.enum(frameOrders).default('linear'),
  /** Only the first three frames of the order are rendered until a person approves: made for `scout`. */
  waitForApproval: z.boolean().default(false),
  priority: z.int().min(0).max(100).default(50),
  /** A worker must have all of them. */
  tags: z.array(tag).max(20).default([]),
  /** A worker must have one of them, where there are any. */
  anyTags: z.array(tag).max(20).default([]),
  /** A worker must have none of them. */
  notTags: z.array(tag).max(20).default([]),
  /** The part of the farm that it belongs to: its limits are set by an administrator. */
  pool: limitName.optional(),
  /** A token of each is needed for every task that runs. */
  licences: z.array(limitName).max(20).default([]),
  /** Tasks of it that run at once; absent: no limit of its own. */
  maxRunning: z.int().min(1).max(1_000_000).optional(),
  /** Main memory that a worker's machine must have, bytes. */
  memoryBytes: byteCount.default(0),
  /** Blender to render with: exact (5.0.1) or a series (4.5). Absent: the file's own or the nearest newer. */
  blender: blenderVersion.optional(),
  /** Version in the .blend's header, 405 for 4.5: no older Blender may open it. */
  fileVersion: z.int().min(200).max(9999),
  render: renderSettings,
  /** Renders the one frame of the job in ranges of its samples, on as many workers as are free. Cycles only. */
  split: split.optional(),
  /** Frames per second of the preview video; absent: no video. */
  videoFps: z.number().min(1).max(240).optional(),
  contactSheet: z.boolean().default(true),
  maxRetries: z.int().min(0).max(20).default(3),
  /**
   * The job is given up once more of its tasks have failed for good: what runs may end, the rest is not begun. Absent: a
   * tenth of its frames, but at least 10 and at most 100.
   */
  maxFailures: z.int().min(0).max(1_000_000).optional(),
  stages: z.array(clientStage).max(10).default([]),
})
export type Submission = z.infer<typeof submission>
export type SubmissionInput = z.input<typeof submission>
export const submitted = z.object({ jobId: id, url: z.url(), created: z.boolean() })

/**
 * `queued` includes what waits for an earlier step; `running` is what workers hold. Where the length of tasks follows from
 * frame times, those that are not made yet are an estimate.
 */
export const workCounts = z.object({
  queued: z.int(),
  running: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
})

export const eta = z.object({
  /** Seconds until the last frame, from measured frame times and workers at work; null before the first frame. */
  seconds: z.number().nullable(),
  secondsPerFrame: z.number().nullable(),
  /** As likely earlier as later, and four times out of five by then: seconds from now. Null before three frames. */
  p50: z.number().nullable().default(null),
  p80: z.number().nullable().default(null),
})

export const jobSummary = z.object({
  jobId: id,
  name: z.string(),
  state: jobState,
  priority: z.int(),
  projectId: id,
  createdBy: z.string(),
  createdAt: timestamp,
  startedAt: timestamp.nullable(),
  endedAt: timestamp.nullable(),
  frames: z.object({ total: z.int(), completed: z.int(), failed: z.int() }),
  tasks: workCounts,
  /** Of an image that is rendered in ranges of its samples; null of any other job. */
  samples: z
    .object({
      total: z.int(),
      completed: z.int(),
      /** 95 % of the pixels are at least as clean, as Cycles' noise threshold counts; null before it was measured. */
      noise: z.number().nullable(),
    })
    .nullable()
    .default(null),
  /** Its first frames are rendered, and the others wait for a person. */
  awaitsApproval: z.boolean().default(false),
  lastFrame: z.int().nullable(),
  /** Of the last finished frame. */
  thumbnail: sha256.nullable().default(null),
  eta: eta,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type JobSummary = z.infer<typeof jobSummary>

/** Of the time of workers, by their rates when they leased it. Null where no rate is known. */
export const jobCost = z.object({
  /** Of what was rendered, also of attempts that came to nothing. */
  soFar: z.number(),
  /** With what is left, by the frames so far; null before the first. When the job has ended: `soFar`. */
  total: z.number().nullable(),
  /** Of workers whose rate is known, and of all of them. */
  ratedSeconds: seconds,
  workerSeconds: seconds,
})
export type JobCost = z.infer<typeof jobCost>

/** One attempt, for a picture of who did what and when. */
export const timelineEntry = z.object({
  attemptId: id,
  step: stepKind,
  /** Of its task; null of steps without. */
  frames: z.string().nullable(),
  worker: z.string(),
  state: z.enum(attemptStates),
  startedAt: timestamp,
  endedAt: timestamp.nullable(),
  framesDone: z.int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type TimelineEntry = z.infer<typeof timelineEntry>

export const jobDetail = jobSummary.extend({
  cost: jobCost.nullable().default(null),
  document: jobDocument,
  settings: submission.omit({ stages: true, submissionId: true }),
})
export type JobDetail = z.infer<typeof jobDetail>

/**
 * What a list of jobs can be ordered by. `state`: as a life goes · `frames`: the share that is done · `time`: seconds
 * from the first task's start to the end, or to now; what has not started comes last either way.
 */
export const jobColumns = ['name', 'owner', 'state', 'frames', 'time', 'created'] as const
export type JobColumn = (typeof jobColumns)[number]
/** A column from the smallest up; with `-` before it from the largest down. Equal ones: newest first. */
export type JobSort = JobColumn | `-${JobColumn}`
export const jobSorts: readonly JobSort[] = jobColumns.flatMap((column) => [column, `-${column}`] as const)
export const jobListQuery = pageQuery.extend({
  state: jobState.optional(),
  /** Occurs in the name, in capitals or not. */
  search: programText(200).trim().optional(),
  /** Default: `-created`. */
  sort: z.enum(jobSorts).optional(),
})

export const frameStates = ['queued', 'running', 'completed', 'failed', 'cancelled'] as const
export const frameInfo = z.object({
  frame: z.int(),
  state: z.enum(frameStates),
  file: z.object({ name: treePath, sha256, size: byteCount }).nullable(),
  thumbnail: sha256.nullable(),
  /** Of Blender's render call alone. */
  renderSeconds: z.number().nullable(),
  /** 0 to 1 while it renders. */
  progress: z.number().min(0).max(1).nullable(),
  worker: z.string().nullable(),
  blender: z.string().nullable(),
  device: z.string().nullable(),
  /** `black`, `transparent`: the frame counts, but somebody should look. */
  warnings: z.array(z.string()),
  /**
   * Frames of one job with another hash were rendered with other settings. Null before it is there, and in what the hub
   * tells.
   */
  settingsHash: z.string().nullable().default(null),
})
export type FrameInfo = z.infer<typeof frameInfo>

export const outputKinds = ['frame', 'video', 'contact_sheet'] as const
export const jobOutput = z.object({
  kind: z.enum(outputKinds),
  name: treePath,
  frame: z.int().nullable(),
  sha256,
  size: byteCount,
})
export type JobOutput = z.infer<typeof jobOutput>

export const taskInfo = z.object({
  taskId: id,
  step: stepKind,
  state: z.enum(taskStates),
  frames: z.string().nullable(),
  failures: z.int(),
  worker: z.string().nullable(),
  attempts: z.array(
    z.object({
      attemptId: id,
      state: z.enum(attemptStates),
      worker: z.string(),
      startedAt: timestamp,
      endedAt: timestamp.nullable(),
      error: z.object({ code: z.string(), message: z.string() }).nullable(),
    }),
  ),
})
export type TaskInfo = z.infer<typeof taskInfo>

export const eventLevels = ['debug', 'info', 'warning', 'error'] as const
export const pipelineEvent = z.object({
  eventId: id,
  at: timestamp,
  step: stepKind.nullable(),
  kind: z.enum(['step_start', 'step_progress', 'step_done', 'step_error', 'note']),
  level: z.enum(eventLevels),
  message: z.string(),
  durationSeconds: z.number().nullable(),
  context: z.record(z.string(), z.unknown()),
})
export type PipelineEvent = z.infer<typeof pipelineEvent>

export const logLine = z.object({
  seq: z.int(),
  at: timestamp,
  attemptId: id,
  taskId: id,
  level: z.enum(eventLevels),
  text: z.string(),
})
export type LogLine = z.infer<typeof logLine>

/** A worker that failed a step several times in a row, and gets no more tasks of it until the job is queued again. */
export const keptOffWorker = z.object({
  workerId: id,
  worker: z.string(),
  step: stepKind,
  failures: z.int(),
  /** Of the last failure. */
  code: z.string(),
  message: z.string(),
  since: timestamp,
})
export type KeptOffWorker = z.infer<typeof keptOffWorker>

export const whyNotRunning = z.object({
  state: jobState,
  /** Empty when it runs. Each says what would change it. */
  reasons: z.array(z.object({ code: z.string(), message: z.string(), advice: z.string() })),
  /** Also while it runs. */
  keptOff: z.array(keptOffWorker).default([]),
})
export type WhyNotRunning = z.infer<typeof whyNotRunning>
