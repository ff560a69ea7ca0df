import type { BlenderKind } from './detect.ts'
import type { RenderStats } from './render-stats.ts'

/**
 * Glossary. A *session* is one Blender process that keeps a scene loaded. A *request* is one question to it; they are
 * answered one after the other. *Ending* a session ends its process group at once, which is the only way to stop a
 * render; *closing* it lets it go after its last answer.
 */

export const imageFormats = ['PNG', 'JPEG', 'TIFF', 'WEBP', 'OPEN_EXR', 'OPEN_EXR_MULTILAYER'] as const
export type ImageFormat = (typeof imageFormats)[number]

/** What a render changes in the scene; what is absent stays as the file says. Taken back before other settings apply. */
export interface SceneSettings {
  scene?: string | undefined
  /** Backlot's names; Blender's identifier of EEVEE differs by version. An add-on's engine goes by its own. */
  engine?: 'cycles' | 'eevee' | 'workbench' | (string & {}) | undefined
  samples?: number | undefined
  format?: ImageFormat | undefined
  /** Pixels, and percent of them. */
  width?: number | undefined
  height?: number | undefined
  percentage?: number | undefined
  /** Default `auto`: the fastest graphics device that answers, else the CPU. */
  device?: 'auto' | 'cpu' | 'gpu' | undefined
  /** Cycles only. */
  denoise?: boolean | undefined
  /** CPU threads. Default: as the file says, usually all. */
  threads?: number | undefined
  /** Keep the render's data between frames: faster, more memory. Default true. */
  persistentData?: boolean | undefined
}

export interface RequestOptions {
  /** Aborting ends the session: nothing in Blender can stop a render. */
  signal?: AbortSignal | undefined
  /** The whole request. Milliseconds. Default: none. */
  timeoutMs?: number | undefined
  /** Without any sign of life. Milliseconds. Default: none. A render of one huge tile can be silent for minutes. */
  stallMs?: number | undefined
  onProgress?: ((progress: Progress) => void) | undefined
}

export interface Progress extends RenderStats {
  /** The frame that renders. */
  frame?: number
  /** 0 to 1, where it is known. */
  fraction?: number
  /** Blender's own words. */
  text: string
}

export interface OpenRequest {
  /** Absolute path of the .blend. */
  file: string
  /** Version in its header (405 for 4.5). An older Blender refuses; 3.4 would crash on a 4.x file. */
  fileVersion?: number | undefined
  /** Scripts in the file may run. Default false: the file may come from anyone. */
  allowScripts?: boolean | undefined
  /** A failing script of the scene is a warning instead of an error. */
  tolerateScriptErrors?: boolean | undefined
}

export interface SceneDescription {
  name: string
  frameStart: number
  frameEnd: number
  frameStep: number
  fps: number
  engine: string
  width: number
  height: number
  percentage: number
  camera: string | null
  format: string
}

export interface OpenedFile {
  file: string
  fileVersion: number
  /** The active one. */
  scene: string
  scenes: SceneDescription[]
  scriptsBlocked: boolean
  seconds: number
  /** The same unchanged file was still loaded. */
  reused: boolean
  warnings: string[]
}

export interface RenderRequest {
  frame: number
  /** Where the file goes. It has its name only when it is whole. */
  folder: string
  /** Without extension. Default: the frame's number, four digits at least. */
  name?: string | undefined
  settings?: SceneSettings | undefined
  tolerateScriptErrors?: boolean | undefined
}

export interface UsedDevice {
  /** OPTIX, CUDA, HIP, METAL, ONEAPI or CPU for Cycles; OPENGL for EEVEE and Workbench. */
  type: string
  names: string[]
  requested: string
  /** Why the CPU stood in for a graphics device; null when it didn't. */
  fallback: string | null
}

/** How scene light becomes a picture: what thumbnails, videos and sheets of float frames need. */
export interface ColourSettings {
  display: string
  transform: string
  look: string
  exposure: number
  gamma: number
}

export interface RenderedFrame {
  frame: number
  path: string
  /** More than one with several views (stereo). */
  files: string[]
  bytes: number
  sha256: string
  /** Of Blender's render call. */
  seconds: number
  engine: string
  /** Null for engines without. */
  samples: number | null
  /** Of the picture, pixels. Null where a border or stereo views make it another one than the settings say. */
  width: number | null
  height: number | null
  format: ImageFormat
  device: UsedDevice
  colour: ColourSettings
  warnings: string[]
}

/** Some of the samples of one Cycles image: from `first` on, `count` of them. */
export interface SampleRange {
  /** Multilayer float EXR, as `renderSamples` wrote it. */
  path: string
  first: number
  count: number
}

export interface SamplesRequest extends Omit<RenderRequest, 'name'> {
  first: number
  count: number
  /** Of the whole image. */
  total: number
}

export interface MergeRequest extends RenderRequest {
  ranges: readonly SampleRange[]
}

export interface PreviewRequest {
  ranges: readonly SampleRange[]
  /** .jpg */
  output: string
  /** Pixels of the longer side at most. Default 256. */
  size?: number | undefined
  colour?: ColourSettings | undefined
}

export interface ThumbnailRequest {
  source: string
  /** .jpg or .png */
  output: string
  /** Pixels of the longer side at most. Default 256. */
  size?: number | undefined
  /** Of float sources. Default: the open file's, else Blender's. */
  colour?: ColourSettings | undefined
}

export interface VideoRequest {
  /** Paths in order. */
  frames: string[]
  /** .mp4 */
  output: string
  fps: number
  /** Pixels of the longer side at most. Default 1920. */
  maxSize?: number | undefined
  /** Default high. */
  quality?: 'medium' | 'high' | undefined
  colour?: ColourSettings | undefined
}

export interface ContactSheetRequest {
  frames: { frame: number; path: string }[]
  /** .png */
  output: string
  /** Pixels of a frame's longer side at most. Default 320. */
  frameWidth?: number | undefined
  /** Default: as many as make a page of about 16:9. */
  columns?: number | undefined
  colour?: ColourSettings | undefined
}

export interface PictureResult {
  path: string
  width: number
  height: number
}

export interface ThumbnailResult extends PictureResult {
  /** Nothing can be seen in the source: no colour, or no alpha. Of layers, the first; null where none is a picture. */
  black: boolean | null
  transparent: boolean | null
  /**
   * Of float pictures: how many of their pixels are infinite or NaN; with layers, of the one that has the most. Null where
   * there is nothing to say.
   */
  notFinite: { pixels: number; of: number; layer: string | null } | null
}

export interface PreviewResult extends ThumbnailResult {
  /**
   * How noisy the picture still is, by the measure of Cycles' noise threshold: 95 % of the pixels are at least as clean.
   * Null with one range, which nothing can be compared with.
   */
  noise: number | null
}

export interface DeviceProbe {
  devices: { type: string; name: string }[]
  /** What `auto` uses. */
  chosen: string
  tried: { type: string; ok: boolean; reason: string }[]
}

export interface MissingFiles {
  missing: { path: string; users: string[] }[]
  /** How many paths were looked at. */
  checked: number
}

export interface LogLine {
  stream: 'stdout' | 'stderr'
  text: string
}

export interface SessionExit {
  code: number | null
  signal: NodeJS.Signals | null
  /** Kept where a `crashFolder` was given and Blender crashed. */
  crashLog: string | undefined
}

/** One warm Blender. Every request may fail with a `CodedError` of `failures.ts`; after a crash or an end all do. */
export interface BlenderSession {
  readonly version: string
  readonly kind: BlenderKind
  readonly pid: number
  /** This build can denoise in Cycles (Debian's 3.4 can't). */
  readonly denoiser: boolean
  /** This build has FFmpeg. */
  readonly video: boolean
  /**
   * Scripts of a file were allowed. Its handlers and modules may still be there, so that nobody else's file should be
   * opened in it.
   */
  readonly ranScripts: boolean
  /** False from the moment it ends, is ended, or crashes. */
  readonly alive: boolean
  /** Resident memory after the last answer; 0 where the system doesn't say. */
  readonly memoryBytes: number
  readonly exited: Promise<SessionExit>

  /** Loads a file, unless the same one, unchanged, with the same options, is still loaded. */
  open(request: OpenRequest, options?: RequestOptions): Promise<OpenedFile>
  render(request: RenderRequest, options?: RequestOptions): Promise<RenderedFrame>
  /** Samples [first, first + count) of one image, which `mergeSamples` puts together. Throws `render.split_refused`. */
  renderSamples(request: SamplesRequest, options?: RequestOptions): Promise<RenderedFrame>
  /** The file that the unsplit render of these samples would have written. */
  mergeSamples(request: MergeRequest, options?: RequestOptions): Promise<RenderedFrame>
  /** The picture of some ranges, before all are there. */
  previewSamples(request: PreviewRequest, options?: RequestOptions): Promise<PreviewResult>
  thumbnail(request: ThumbnailRequest, options?: RequestOptions): Promise<ThumbnailResult>
  encodeVideo(
    request: VideoRequest,
    options?: RequestOptions,
  ): Promise<PictureResult & { frames: number; seconds: number }>
  contactSheet(request: ContactSheetRequest, options?: RequestOptions): Promise<PictureResult & { frames: number }>
  /** Files that the open scene needs and that are not there, by Blender's own list. */
  missingFiles(options?: RequestOptions): Promise<MissingFiles>
  probeDevices(options?: RequestOptions): Promise<DeviceProbe>
  /** Opens a scene that needs no file, for testing a machine: `render` then renders it. */
  smallScene(options?: RequestOptions): Promise<void>
  /** Writes the sample project: `file` is its scene, `frames` its last frame. */
  sampleProject(
    request: { folder: string },
    options?: RequestOptions,
  ): Promise<{ file: string; frames: number; files: number }>
  /** A command of a file in `commandFiles`. */
  run<T = Record<string, unknown>>(name: string, params?: Record<string, unknown>, options?: RequestOptions): Promise<T>

  /** Waits for what is under way, then lets Blender go cleanly. */
  close(): Promise<void>
  /** Terminates the process group, after the grace period kills it, and removes unfinished output. */
  end(options?: { graceMs?: number }): Promise<SessionExit>
}
