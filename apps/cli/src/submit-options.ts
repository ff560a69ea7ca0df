import { CodedError } from '@backlot/base/errors'
import type { FrameOrder } from '@backlot/contract/frame-order'
import type { ImageFormat } from '@backlot/contract/steps/render-settings'
import type { SplitWish, SubmitRequest } from '@backlot/submission/submit-request'

/** The options of `submit` as commander gives them. */
export interface SubmitCommandOptions {
  frames?: string
  chunk?: number
  taskTime: number
  order: FrameOrder
  waitForApproval?: boolean
  name?: string
  project?: string
  mode: 'project' | 'zip'
  root?: string
  scene?: string
  engine?: 'cycles' | 'eevee' | 'workbench'
  format?: ImageFormat
  samples?: number
  width?: number
  height?: number
  percentage?: number
  blender?: string
  device: 'auto' | 'cpu' | 'gpu'
  tags: string
  anyTags: string
  notTags: string
  /** GiB. */
  memory: number
  pool?: string
  licences: string
  maxRunning?: number
  priority: number
  retries: number
  maxFailures?: number
  split: SplitWish
  splitOver: number
  noise?: number
  warm: boolean
  uploadWhileRendering: boolean
  video: boolean
  allowScripts?: boolean
  ignoreErrors?: boolean
  follow?: boolean
  download?: string
}

export function submitRequest(file: string, options: SubmitCommandOptions): SubmitRequest {
  const { engine, format, samples, width, height, percentage, device, warm, uploadWhileRendering } = options
  return {
    file,
    frames: options.frames,
    chunk: options.chunk,
    taskSeconds: options.taskTime,
    order: options.order,
    waitForApproval: options.waitForApproval,
    name: options.name,
    projectId: options.project,
    mode: options.mode,
    root: options.root,
    scene: options.scene,
    blender: options.blender,
    tags: readTags(options.tags),
    anyTags: readTags(options.anyTags),
    notTags: readTags(options.notTags),
    pool: options.pool,
    licences: readTags(options.licences),
    maxRunning: options.maxRunning,
    memoryBytes: options.memory * 2 ** 30,
    priority: options.priority,
    maxRetries: options.retries,
    maxFailures: options.maxFailures,
    split: options.split,
    splitOver: options.splitOver,
    noise: options.noise,
    video: options.video,
    ignoreErrors: options.ignoreErrors,
    render: {
      engine,
      format,
      samples,
      width,
      height,
      percentage,
      device,
      warm,
      uploadWhileRendering,
      allowScripts: options.allowScripts === true,
    },
  }
}

function readTags(text: string): string[] {
  const tags = text
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '')
  const wrong = tags.find((tag) => !/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(tag))
  if (wrong !== undefined)
    throw new CodedError('cli.usage', `"${wrong}" is not a tag: letters, digits, ".", "_" and "-".`)
  return tags
}
