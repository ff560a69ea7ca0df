import { z } from 'zod'
import { renderSettings } from './render-settings.ts'
import { stillSettings } from './sample-settings.ts'

/**
 * The process-step registry (O1): the one list of step kinds that the job document, the scheduler, the executors and
 * the database share. Each kind has a parameter schema and exactly one executor.
 */
export const stepKinds = [
  'trace',
  'pack',
  'upload',
  'render_frames',
  'render_samples',
  'merge_samples',
  'contact_sheet',
  'encode_video',
] as const
export const stepKind = z.enum(stepKinds)
export type StepKind = (typeof stepKinds)[number]

/** Steps that make the frames which a person asked for. A job has one of them. */
export const frameSteps = ['render_frames', 'merge_samples'] as const satisfies readonly StepKind[]
/** Steps whose tasks are parts of an order: of frames, or of ranges of samples, which are counted like frames. */
export const rangedSteps = [...frameSteps, 'render_samples'] as const satisfies readonly StepKind[]

export function makesFrames(kind: StepKind): boolean {
  return (frameSteps as readonly StepKind[]).includes(kind)
}
export function isRanged(kind: StepKind): boolean {
  return (rangedSteps as readonly StepKind[]).includes(kind)
}

export interface StepDefinition<Parameters extends z.ZodObject = z.ZodObject> {
  title: string
  summary: string
  /** Who does it: the submitting client before the job is registered, or a worker. */
  executor: 'client' | 'worker'
  /** It renders the job's scene: with its Blender, and with the licences that the job needs. */
  opensScene?: boolean
  parameters: Parameters
}

const step = <Parameters extends z.ZodObject>(definition: StepDefinition<Parameters>) => definition

export const stepRegistry = {
  trace: step({
    title: 'Trace',
    summary: 'Find every file that the scene needs.',
    executor: 'client',
    parameters: z.object({ ignoreErrors: z.boolean().default(false) }),
  }),
  pack: step({
    title: 'Manifest',
    summary: 'Hash the files and lay out the project tree.',
    executor: 'client',
    parameters: z.object({ root: z.string().optional() }),
  }),
  upload: step({
    title: 'Upload',
    summary: 'Send what storage does not have yet.',
    executor: 'client',
    parameters: z.object({}),
  }),
  render_frames: step({
    title: 'Render',
    summary: 'Render the frames of the scene, a chunk a task.',
    executor: 'worker',
    opensScene: true,
    parameters: renderSettings,
  }),
  render_samples: step({
    title: 'Samples',
    summary: 'Render ranges of the samples of one image.',
    executor: 'worker',
    opensScene: true,
    parameters: stillSettings,
  }),
  merge_samples: step({
    title: 'Merge',
    summary: 'Make the image of all ranges: average, denoise, compositor, file.',
    executor: 'worker',
    opensScene: true,
    parameters: stillSettings,
  }),
  contact_sheet: step({
    title: 'Contact sheet',
    summary: 'One picture of up to 24 frames spread over the job, with their numbers.',
    executor: 'worker',
    parameters: z.object({
      maxFrames: z.int().min(1).max(100).default(24),
      frameWidth: z.int().min(32).max(1024).default(320),
    }),
  }),
  encode_video: step({
    title: 'Video',
    summary: 'Encode the frames as H.264 in MP4.',
    executor: 'worker',
    parameters: z.object({
      fps: z.number().min(1).max(240).default(24),
      quality: z.enum(['medium', 'high']).default('high'),
    }),
  }),
} satisfies Record<StepKind, StepDefinition>
