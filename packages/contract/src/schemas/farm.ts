import { z } from 'zod'
import { workerStates } from '../states.ts'
import { workingHours } from '../working-hours.ts'
import { stepKind } from '../steps/registry.ts'
import { frameNumber } from '../frames.ts'
import { byteCount, fraction, id, int32, label, programText, seconds, sha256, timestamp, treePath } from './common.ts'
import { blenderVersion, eventLevels, tag } from './jobs.ts'

/** Seconds that a lease lives without a renewal, and how often a worker renews. Several lost renewals cost nothing. */
export const leaseSeconds = 30
export const renewSeconds = 5

export const blenderOnWorker = z.object({ version: blenderVersion, kind: z.enum(['executable', 'module']) })
export const deviceOnWorker = z.object({ type: label, name: label, memoryBytes: byteCount.optional() })
export const deviceProbe = z.object({
  devices: z.array(deviceOnWorker).max(100),
  chosen: label,
  /** Every backend that was tried, and why it is not used. */
  tried: z.array(z.object({ type: label, ok: z.boolean(), reason: programText(4000) })).max(100),
})

export const workerHello = z.object({
  name: z.string().trim().min(1).max(120),
  version: label,
  platform: label,
  slots: z.int().min(1).max(256),
  tags: z.array(tag).max(50),
  blenders: z.array(blenderOnWorker).max(200),
  /** The worker can fetch Blenders that it does not have. */
  canInstall: z.boolean(),
  probe: deviceProbe.nullable(),
  cpus: int32,
  memoryBytes: byteCount,
})
export type WorkerHello = z.infer<typeof workerHello>

/** A worker exchanges its credential for a new one when it is so old. */
export const credentialDays = 30

export const workerCredential = z.object({ workerId: id, credential: z.string() })
export const workerAccess = z.object({ token: z.string(), expiresAt: timestamp })

/** How a picture of scene light (EXR) is to be shown: the scene's colour management when it was rendered. */
export const colourSettings = z.object({
  display: label,
  transform: label,
  look: label,
  exposure: z.number().min(-32).max(32),
  gamma: z.number().min(0).max(5),
})

/** One lease of one task. `fence` grows with every attempt of the task: a result with an older one is refused. */
export const lease = z.object({
  attemptId: id,
  fence: z.int(),
  jobId: id,
  taskId: id,
  jobName: z.string(),
  expiresAt: timestamp,
  step: stepKind,
  /** Checked against the step's own schema. */
  parameters: z.record(z.string(), z.unknown()),
  /** Files to lay out before the step runs. */
  treeId: sha256,
  /** Frames or, of `render_samples`, numbers of ranges that are still to do, ascending. Empty for other steps. */
  frames: z.array(z.int()),
  /** Of steps that work on rendered frames, or ranges of samples: those, ascending. */
  inputs: z.array(
    z.object({
      frame: z.int(),
      name: treePath,
      sha256,
      size: byteCount,
      samples: z.int().nullable(),
      colour: colourSettings.nullable(),
    }),
  ),
  blender: blenderVersion.optional(),
  fileVersion: z.int(),
  /** No progress for so long ends the attempt. Seconds. */
  stallSeconds: z.number(),
  /** The same once this Blender has rendered a frame of the job: nothing has to be loaded, built or compiled any more. */
  settledStallSeconds: z.number(),
})
export type Lease = z.infer<typeof lease>

export const leaseRequest = z.object({ slots: z.int().min(0).max(256) })
export const leaseResponse = z.object({ leases: z.array(lease) })

const held = { attemptId: id, fence: int32 }
export const attemptProgress = z.object({
  ...held,
  /** The frame that renders now. */
  frame: frameNumber.nullable(),
  /** Of that frame, or of the whole step where there are no frames. 0 to 1. */
  fraction,
  message: programText(500),
  /** Grows with every sign of life of the render itself; a hang is when it stands still. */
  beat: z.int().min(0),
})
export type AttemptProgress = z.infer<typeof attemptProgress>
export const renewRequest = z.object({
  state: z.enum(workerStates).exclude(['offline']),
  attempts: z.array(attemptProgress).max(256),
})
/** `drop`: attempts to end now (cancelled, lost, or superseded). */
export const renewResponse = z.object({ drop: z.array(id) })

export const finishedFrame = z.object({
  ...held,
  frame: frameNumber,
  name: treePath,
  sha256,
  size: byteCount,
  thumbnail: sha256.nullable(),
  renderSeconds: seconds,
  blender: blenderVersion,
  engine: label,
  device: label,
  samples: int32.nullable(),
  /** Of what this worker has rendered of an image's samples so far. */
  noise: z.object({ value: z.number().min(0).max(1e6), samples: int32 }).optional(),
  /** Null for a finished picture, which needs none. */
  colour: colourSettings.nullable().default(null),
  warnings: z.array(programText(1000)).max(100),
})
export type FinishedFrame = z.infer<typeof finishedFrame>
export const finishedOutput = z.object({
  ...held,
  kind: z.enum(['video', 'contact_sheet']),
  name: treePath,
  sha256,
  size: byteCount,
})
export type FinishedOutput = z.infer<typeof finishedOutput>

/** What follows from each: `failure-rules.ts`. */
export const failureCauses = [
  'scene',
  'missing_asset',
  'script',
  'out_of_memory',
  'gpu',
  'crash',
  'stalled',
  'bad_output',
  'no_blender',
  'licence',
  'disk_full',
  'network',
  'host',
] as const
export const failureCause = z.enum(failureCauses)
export type FailureCause = (typeof failureCauses)[number]

export const attemptResult = z.object({
  ...held,
  /** Finished frames that were not reported before, counted before the end is judged: a task of one frame needs one call. */
  frames: z
    .array(finishedFrame.omit({ attemptId: true, fence: true }))
    .max(256)
    .default([]),
  result: z.discriminatedUnion('state', [
    z.object({ state: z.literal('completed') }),
    z.object({
      state: z.literal('failed'),
      cause: failureCause,
      code: label,
      message: programText(4000),
      frame: frameNumber.nullable(),
    }),
    /** Given back without a fault: the worker drains or was told to drop it. */
    z.object({ state: z.literal('released') }),
  ]),
  /** So many slots are free now: the answer leases for them, so that no second call is needed. */
  slots: z.int().min(0).max(256),
})
export type AttemptResult = z.infer<typeof attemptResult>
export type AttemptResultInput = z.input<typeof attemptResult>

export const attemptLog = z.object({
  ...held,
  lines: z.array(z.object({ at: timestamp, level: z.enum(eventLevels), text: programText(4000) })).max(500),
})

/**
 * Why a worker that is there gets no work. `person`: somebody paused it · `hours`: outside of its working hours ·
 * `failures`: it failed several jobs, until a test render succeeds · `gpu`: the same of its GPU; it gets other work.
 */
export const holdKinds = ['person', 'hours', 'failures', 'gpu'] as const
export type HoldKind = (typeof holdKinds)[number]
export const workerHold = z.object({ kind: z.enum(holdKinds), since: timestamp, reason: z.string() })
export type WorkerHold = z.infer<typeof workerHold>

/** How the test render of a worker that is held back for its failures went. */
export const workerTest = z.object({
  ok: z.boolean(),
  /** Of the render: `CPU`, `OPTIX` … */
  device: label,
  message: programText(1000),
})
export type WorkerTest = z.infer<typeof workerTest>

export const workerChange = z.object({
  /** When it takes work; null: always. */
  hours: workingHours.nullable().optional(),
  /** What an hour of it costs, in the installation's currency; null: nothing is said of it. */
  hourlyRate: z.number().min(0).max(1_000_000).nullable().optional(),
})
export type WorkerChange = z.infer<typeof workerChange>

/** What the tenant has queued, and when it will be rendered by the workers that serve it, if nobody else's work comes between. */
export const queueForecast = z.object({
  jobs: z.int(),
  frames: z.int(),
  /** Of them: of jobs of which no frame is measured, now or in an earlier render of the same file. They count like the others. */
  unknownFrames: z.int(),
  /** Of workers that take work. */
  slots: z.int(),
  workerSeconds: z.number().nullable(),
  /** As likely earlier as later, and four times out of five by then: seconds from now. Null where too little is known. */
  p50: z.number().nullable(),
  p80: z.number().nullable(),
})
export type QueueForecast = z.infer<typeof queueForecast>

export const workerInfo = z.object({
  workerId: id,
  name: z.string(),
  state: z.enum(workerStates),
  version: z.string(),
  platform: z.string(),
  slots: z.int(),
  tags: z.array(z.string()),
  blenders: z.array(blenderOnWorker),
  probe: deviceProbe.nullable(),
  cpus: z.int(),
  memoryBytes: byteCount,
  lastSeenAt: timestamp.nullable(),
  /** Empty: it takes work while it is online. */
  holds: z.array(workerHold).default([]),
  hours: workingHours.nullable().default(null),
  hourlyRate: z.number().nullable().default(null),
  /** What it does, as far as the caller may see it. */
  running: z.array(z.object({ jobId: id, jobName: z.string(), frame: z.int().nullable(), fraction: z.number() })),
})
export type WorkerInfo = z.infer<typeof workerInfo>
