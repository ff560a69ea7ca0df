import { childEnvironment } from '@backlot/base/node/child-environment'
import { createHash } from 'node:crypto'
import { constants, createReadStream } from 'node:fs'
import { access, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CodedError, messageOf } from '@backlot/base/errors'
import { type ProcessExit, type ProcessGroup, startGroup } from '@backlot/base/node/process-group'
import * as wire from './channel.ts'
import type * as driver from './driver.ts'
import { blenderEnvironment } from './environment.ts'
import { countOutOfMemoryKills, errorFromExit, errorFromWire } from './failures.ts'
import type { FoundBlender } from './find.ts'
import { launchOf } from './launch.ts'
import type { Launcher } from './no-network.ts'
import { fractionOf, parseRenderStats } from './render-stats.ts'
import { endStrays } from './strays.ts'
import { makeTempFolder } from './temp-folder.ts'
import { headerNumber, parseVersion } from './version.ts'

export interface SessionOptions {
  blender: Pick<FoundBlender, 'kind' | 'path' | 'version'>
  /** Kept between sessions: Blender's user folder, shader caches. One per version and cache is right. */
  userFolder: string
  /** Its temporary folder is made in this one, not in the system's. Whoever names it tidies it up after a `kill -9`. */
  tempRoot?: string | undefined
  /** Crash logs are kept here. Default: they are not. */
  crashFolder?: string | undefined
  onLog?: ((line: driver.LogLine) => void) | undefined
  /** Python files that register further commands; see `python/backlot_runtime/commands.py`. */
  commandFiles?: readonly string[] | undefined
  /** Until it says hello. Milliseconds. Default 60 s: a cold disk reads 800 MB first. */
  startTimeoutMs?: number | undefined
  signal?: AbortSignal | undefined
  /** It is started through this; default: directly, and may use the network. */
  launcher?: Launcher | undefined
  /** What may be passed on is chosen from it. Default: this process's. */
  env?: Readonly<Record<string, string | undefined>> | undefined
  channel?: wire.ChannelKind | undefined
}

interface Pending {
  id: number
  resolve: (reply: wire.ReplyEvent) => void
  reject: (error: Error) => void
  onProgress: ((event: wire.ProgressEvent) => void) | undefined
  alive: () => void
}

const keptLines = 200
/** Time for a clean exit: it takes 20 ms, and much longer on a machine that swaps. */
const leavingMs = 10_000

/** Starts a Blender and waits until it can be asked. Rejects with what went wrong; nothing keeps running then. */
export async function startSession(options: SessionOptions): Promise<driver.BlenderSession> {
  const { blender, channel = wire.platformChannel, commandFiles = [], startTimeoutMs = 60_000 } = options
  const tempFolder = await makeTempFolder(options.tempRoot)
  await mkdir(options.userFolder, { recursive: true })
  const env = blenderEnvironment({
    platform: process.platform,
    from: options.env ?? childEnvironment(),
    userFolder: options.userFolder,
    tempFolder,
  })
  const { command, args } = launchOf(blender, channel, commandFiles, options.launcher)
  let group: ProcessGroup
  try {
    // Through a launcher, a program that isn't there would look like one that ended.
    if (options.launcher !== undefined) await access(blender.path, constants.X_OK)
    group = await startGroup(command, args, { env, cwd: tempFolder, stdio: wire.channelStdio[channel] })
  } catch (error) {
    await rm(tempFolder, { recursive: true, force: true })
    const message = `The Blender at ${blender.path} can't be started: ${messageOf(error)}.`
    throw new CodedError('render.host_error', message, { cause: error })
  }
  const session = new Session(group, channel, tempFolder, options)
  try {
    await session.ready(startTimeoutMs, options.signal)
  } catch (error) {
    await session.end({ graceMs: 0 })
    throw error
  }
  return session
}

class Session implements driver.BlenderSession {
  readonly exited: Promise<driver.SessionExit>
  readonly kind: FoundBlender['kind']
  readonly pid: number
  version: string
  denoiser = false
  video = false
  ranScripts = false
  alive = true
  memoryBytes = 0

  readonly #group: ProcessGroup
  readonly #options: SessionOptions
  readonly #tempFolder: string
  readonly #channel: wire.Channel
  readonly #hello = Promise.withResolvers<void>()
  readonly #lines: string[] = []
  readonly #oomKills = countOutOfMemoryKills()
  #pending: Pending | undefined
  #queue: Promise<unknown> = Promise.resolve()
  #lastId = 0
  /** Why the process is ended, when it is we who end it. */
  #reason: CodedError | undefined
  #opened: { key: string; result: driver.OpenedFile } | undefined
  readonly #unfinished = new Set<string>()

  constructor(group: ProcessGroup, channel: wire.ChannelKind, tempFolder: string, options: SessionOptions) {
    this.#group = group
    this.#options = options
    this.#tempFolder = tempFolder
    this.pid = group.pid
    this.kind = options.blender.kind
    this.version = options.blender.version
    this.#hello.promise.catch(() => {}) // `ready` reports it
    this.#channel = wire.connect(group.child, channel, {
      onEvent: (event) => this.#onEvent(event),
      onLog: (stream, text) => this.#onLog(stream, text),
    })
    this.exited = group.exited.then((exit) => this.#onExit(exit))
  }

  async ready(timeoutMs: number, signal: AbortSignal | undefined): Promise<void> {
    const timer = setTimeout(() => {
      const message = `Blender ${this.version} did not start within ${timeoutMs / 1000} seconds.`
      this.#hello.reject(new CodedError('render.stalled', message, { details: { lastLines: this.#lines.slice(-20) } }))
    }, timeoutMs)
    const onAbort = () => this.#hello.reject(cancelled())
    signal?.addEventListener('abort', onAbort, { once: true })
    if (signal?.aborted) onAbort()
    try {
      await this.#hello.promise
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async open(request: driver.OpenRequest, options?: driver.RequestOptions): Promise<driver.OpenedFile> {
    const { fileVersion, ...params } = request
    const own = parseVersion(this.version)
    if (fileVersion !== undefined && own && headerNumber(own) < fileVersion) {
      const saved = `${Math.floor(fileVersion / 100)}.${fileVersion % 100}`
      const message = `Blender ${this.version} is too old for this file: it was saved by ${saved}.`
      throw new CodedError('render.no_blender', message, { details: { have: [this.version], fileVersion } })
    }
    const key = JSON.stringify([params, await fingerprint(request.file)])
    if (this.#opened?.key === key && this.alive) return { ...this.#opened.result, reused: true }
    this.#opened = undefined
    this.ranScripts ||= params.allowScripts === true
    const opened = await this.#ask('open', params, options)
    const result = { ...(opened.result as unknown as driver.OpenedFile), reused: false, warnings: opened.warnings }
    this.#opened = { key, result }
    return result
  }

  render(request: driver.RenderRequest, options?: driver.RequestOptions): Promise<driver.RenderedFrame> {
    return this.#shoot('render', request, options)
  }

  renderSamples(request: driver.SamplesRequest, options?: driver.RequestOptions): Promise<driver.RenderedFrame> {
    return this.#shoot('render_samples', request, options)
  }

  mergeSamples(request: driver.MergeRequest, options?: driver.RequestOptions): Promise<driver.RenderedFrame> {
    return this.#shoot('merge_samples', request, options)
  }

  previewSamples(request: driver.PreviewRequest, options?: driver.RequestOptions) {
    return this.run<driver.PreviewResult>('preview_samples', { ...request }, options)
  }

  /** A request that renders the open scene into a file. */
  async #shoot(
    name: string,
    request: Pick<driver.RenderRequest, 'folder'>,
    options?: driver.RequestOptions,
  ): Promise<driver.RenderedFrame> {
    const partial = join(request.folder, `.partial-${this.pid}`)
    this.#unfinished.add(partial)
    try {
      const { result, warnings } = await this.#ask(name, request, options)
      const frame = result as unknown as driver.RenderedFrame
      const { size } = await stat(frame.path)
      if (size === 0) throw new CodedError('render.bad_output', `Blender wrote an empty file for frame ${frame.frame}.`)
      return { ...frame, bytes: size, sha256: await sha256Of(frame.path), warnings }
    } catch (error) {
      this.#opened = undefined // a script may have left the scene in any state: the next task loads it anew
      throw error
    } finally {
      if (this.alive) this.#unfinished.delete(partial)
    }
  }

  thumbnail(request: driver.ThumbnailRequest, options?: driver.RequestOptions) {
    return this.run<driver.ThumbnailResult>('thumbnail', { ...request }, options)
  }

  encodeVideo(request: driver.VideoRequest, options?: driver.RequestOptions) {
    return this.run<driver.PictureResult & { frames: number; seconds: number }>('encode_video', { ...request }, options)
  }

  contactSheet(request: driver.ContactSheetRequest, options?: driver.RequestOptions) {
    return this.run<driver.PictureResult & { frames: number }>('contact_sheet', { ...request }, options)
  }

  missingFiles(options?: driver.RequestOptions) {
    return this.run<driver.MissingFiles>('missing', {}, options)
  }

  async smallScene(options?: driver.RequestOptions) {
    this.#opened = undefined
    await this.run('small_scene', {}, options)
  }

  probeDevices(options?: driver.RequestOptions) {
    return this.run<driver.DeviceProbe>('probe', {}, options)
  }

  sampleProject(request: { folder: string }, options?: driver.RequestOptions) {
    this.#opened = undefined
    return this.run<{ file: string; frames: number; files: number }>('sample_project', request, options)
  }

  async run<T>(name: string, params: Record<string, unknown> = {}, options?: driver.RequestOptions): Promise<T> {
    return (await this.#ask(name, params, options)).result as T
  }

  async close(): Promise<void> {
    await this.#ask('close', {}, { timeoutMs: leavingMs }).catch(() => undefined) // it was gone already, or is ended now
    this.alive = false
    const late = setTimeout(() => void this.end(), leavingMs)
    await this.exited
    clearTimeout(late)
  }

  async end(options: { graceMs?: number } = {}): Promise<driver.SessionExit> {
    this.#reason ??= cancelled()
    await this.#group.end(options)
    return this.exited
  }

  /** Requests wait for each other: a Blender does one thing at a time. */
  #ask(name: string, params: object, options: driver.RequestOptions = {}): Promise<wire.ReplyEvent> {
    const turn = this.#queue.then(() => this.#askNow(name, params, options))
    this.#queue = turn.catch(() => undefined)
    return turn
  }

  #askNow(name: string, params: object, options: driver.RequestOptions): Promise<wire.ReplyEvent> {
    const { signal, timeoutMs, stallMs, onProgress } = options
    if (signal?.aborted) return Promise.reject(cancelled())
    if (!this.alive) return Promise.reject(this.#reason ?? cancelled())
    if (name === 'close') this.#reason = cancelled() // from here on its end is no crash
    const answer = Promise.withResolvers<wire.ReplyEvent>()
    const id = ++this.#lastId
    const stop = (reason: CodedError) => {
      this.#reason ??= reason
      void this.end()
    }
    const late = (what: string, ms: number) => () =>
      stop(
        new CodedError('render.stalled', `Blender ${what} ${ms / 1000} seconds and was ended.`, {
          details: { request: name },
        }),
      )
    const whole = timeoutMs && setTimeout(late('did not finish within', timeoutMs), timeoutMs)
    const silence = stallMs ? setTimeout(late('gave no sign of life for', stallMs), stallMs) : undefined
    const onAbort = () => stop(cancelled())
    signal?.addEventListener('abort', onAbort, { once: true })
    this.#pending = {
      id,
      ...answer,
      alive: () => silence?.refresh(),
      onProgress: onProgress && ((event) => onProgress(progressOf(event))),
    }
    this.#channel.send({ id, name, params })
    return answer.promise.finally(() => {
      clearTimeout(whole || undefined)
      clearTimeout(silence)
      signal?.removeEventListener('abort', onAbort)
      this.#pending = undefined
    })
  }

  #onEvent(event: wire.ChannelEvent): void {
    if (event.event === 'hello') {
      this.version = event.version
      this.denoiser = event.denoiser
      this.video = event.video
      this.#hello.resolve()
    } else if (event.event === 'failed') {
      this.#hello.reject(errorFromWire(event.error))
    } else if (event.id === this.#pending?.id) {
      this.#pending.alive()
      if (event.event === 'progress') this.#pending.onProgress?.(event)
      else this.#onReply(event)
    }
  }

  #onReply(reply: wire.ReplyEvent): void {
    this.memoryBytes = reply.memoryBytes ?? 0
    if (reply.error) this.#pending?.reject(errorFromWire(reply.error))
    else this.#pending?.resolve(reply)
  }

  #onLog(stream: 'stdout' | 'stderr', text: string): void {
    this.#lines.push(text)
    if (this.#lines.length > keptLines) this.#lines.shift()
    this.#options.onLog?.({ stream, text })
  }

  async #onExit(exit: ProcessExit): Promise<driver.SessionExit> {
    this.alive = false
    await this.#group.end({ graceMs: 0 }) // what it started and left behind
    if (this.ranScripts) await endStrays(this.#tempFolder)
    // What it printed last may still be in the pipes, and says why.
    await new Promise((resolve) => setTimeout(resolve, 20))
    const crashLog = this.#reason ? undefined : await this.#keepCrashLog()
    this.#reason ??= errorFromExit({
      ...exit,
      crashLog,
      lastLines: this.#lines,
      outOfMemoryKills: countOutOfMemoryKills() - this.#oomKills,
      ranScripts: this.ranScripts,
    })
    this.#channel.close()
    for (const path of [...this.#unfinished, this.#tempFolder]) await rm(path, { recursive: true, force: true })
    this.#hello.reject(this.#reason)
    this.#pending?.reject(this.#reason)
    return { ...exit, crashLog }
  }

  /** Blender's own crash log, where it wrote one, and the last lines of its output. */
  async #keepCrashLog(): Promise<string | undefined> {
    const { crashFolder } = this.#options
    if (!crashFolder) return undefined
    const written = (await readdir(this.#tempFolder).catch(() => [])).filter((name) => name.endsWith('.crash.txt'))
    const path = join(crashFolder, `blender-${this.version}-${this.pid}-${Date.now()}.crash.txt`)
    await mkdir(crashFolder, { recursive: true })
    const own = await Promise.all(written.map((name) => readFile(join(this.#tempFolder, name), 'utf8')))
    await writeFile(path, `${[...this.#lines, ...own].join('\n')}\n`)
    return path
  }
}

function cancelled(): CodedError {
  return new CodedError('render.cancelled', 'The render was cancelled.')
}

function progressOf(event: wire.ProgressEvent): driver.Progress {
  const text = event.stats ?? ''
  const stats = parseRenderStats(text)
  const fraction = event.total ? (event.done ?? 0) / event.total : fractionOf(stats)
  return {
    ...stats,
    text,
    ...(event.frame !== undefined && { frame: event.frame }),
    ...(fraction !== undefined && { fraction }),
  }
}

/** Changes whenever the file does; a file that isn't there is Blender's to report. */
async function fingerprint(path: string): Promise<string> {
  const status = await stat(path).catch(() => undefined)
  return status ? `${status.mtimeMs}:${status.size}` : ''
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
