import type { FrameOrder } from '@backlot/contract/frame-order'
import type { Submission } from '@backlot/contract/schemas/jobs'

/** `auto`: a still that takes long is split, anything else is not · `on`: split, or say why not. */
export const splitWishes = ['auto', 'on', 'off'] as const
export type SplitWish = (typeof splitWishes)[number]

/** What a person wants of a submission. */
export interface SubmitRequest {
  /** Path of the saved .blend. */
  file: string
  name?: string | undefined
  projectId?: string | undefined
  /** As `parseFrames` reads it; absent: the scene's own range. */
  frames?: string | undefined
  scene?: string | undefined
  /** Project root; absent: the common folder of all files. */
  root?: string | undefined
  /** How files travel: each by itself, so that only new ones are sent, or as one ZIP archive. Default `project`. */
  mode?: 'project' | 'zip' | undefined
  /** Frames of one task; absent: as many as take `taskSeconds`. */
  chunk?: number | undefined
  taskSeconds?: number | undefined
  order?: FrameOrder | undefined
  waitForApproval?: boolean | undefined
  priority?: number | undefined
  /** A worker must have all of `tags`, one of `anyTags` and none of `notTags`. */
  tags?: readonly string[] | undefined
  anyTags?: readonly string[] | undefined
  notTags?: readonly string[] | undefined
  /** The part of the farm that it belongs to. */
  pool?: string | undefined
  /** A token of each is needed for every task that runs. */
  licences?: readonly string[] | undefined
  /** Tasks of it that run at once. */
  maxRunning?: number | undefined
  /** Main memory that a worker's machine must have. */
  memoryBytes?: number | undefined
  blender?: string | undefined
  maxRetries?: number | undefined
  /** The job is given up once more of its tasks have failed for good. */
  maxFailures?: number | undefined
  /** Whether many workers render one frame together. Default `auto`. */
  split?: SplitWish | undefined
  /** With `auto`: a frame that is expected to take longer is split. Seconds. */
  splitOver?: number | undefined
  /** A split frame is good enough below this noise. Default: Cycles' own threshold where the scene samples adaptively. */
  noise?: number | undefined
  video?: boolean | undefined
  /** What the render changes in the scene. */
  render?: Partial<Omit<Submission['render'], 'blendPath' | 'scene' | 'ignoreErrors'>> | undefined
  /** Submit although files are missing, unreadable or can't be referred to. */
  ignoreErrors?: boolean | undefined
}
