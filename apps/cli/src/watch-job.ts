import { formatSeconds } from '@backlot/base/format'
import type { FrameInfo, JobOutput, JobSummary } from '@backlot/contract/schemas/jobs'
import { followJob } from '@backlot/sdk/follow-job'
import { downloadMany, type DownloadManyOptions } from '@backlot/transfer/download'
import { Gate } from '@backlot/transfer/gate'
import { FolderPlaces, type Renamed } from '@backlot/transfer/platform-path'
import { mayPass } from '@backlot/transfer/retry-policy'
import type { Connection } from './connection.ts'
import type { CliContext } from './context.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'

export interface WatchOptions {
  jobId: string
  /** Finished files are fetched into this folder as they come. */
  downloadTo?: string | undefined
  /** Called for every file under its final name, for a report. */
  onFile?: DownloadManyOptions['onFile']
  /** Called for every warning that was printed, for a report. */
  warn?: (message: string) => void
  /** Whose rules for names count. Default: this machine's. */
  platform?: NodeJS.Platform
  /** Each update goes to stdout as a JSON line. */
  printUpdates?: boolean
}

export interface WatchedFrame {
  frame: number
  /** Where it was downloaded to. */
  path?: string
  sha256: string
  renderSeconds: number | null
  warnings: string[]
}

export interface WatchedJob {
  job: JobSummary
  frames: WatchedFrame[]
  /** Video and contact sheet. */
  outputs: (JobOutput & { path?: string })[]
}

/** A job that is joined late has thousands of finished frames. */
const parallelDownloads = 6

/** Follows a job until it has ended, and fetches its files on the way: each once, whole, and verified. */
export async function watchJob(
  context: CliContext,
  { client, hub }: Connection,
  options: WatchOptions,
): Promise<WatchedJob> {
  const { output, signal } = context
  const { jobId, downloadTo } = options
  const live = hub()
  const frames = new Map<number, Fetched>()
  // A disk that is full, say, is told at once and not when the job has ended.
  const failing = new AbortController()
  const ending = AbortSignal.any([signal, failing.signal])
  const gate = new Gate(parallelDownloads)
  const places = downloadTo === undefined ? undefined : new FolderPlaces(downloadTo, options.platform)
  const more = { signal: ending, ...(options.onFile && { onFile: options.onFile }) }
  const fetchFile = async (name: string, sha256: string, size: number): Promise<string | undefined> => {
    if (places === undefined) return undefined
    const path = places.of(name)
    await gate.run(() => downloadMany(client, [{ sha256, size, target: path }], more))
    return path
  }
  let job: JobSummary | undefined
  try {
    for await (const update of followJob({ client, jobId, live, signal: ending })) {
      if (options.printUpdates && output.json) output.line({ type: update.kind, ...update }, '')
      if (update.kind === 'job') job = update.job
      if (update.kind === 'connection')
        output.note(update.reachable ? 'The server is back.' : 'The server does not answer; waiting for it …')
      if (update.kind === 'frame') startFetching(frames, update.frame, fetchFile, (error) => failing.abort(error))
      if (job !== undefined) output.status(statusOf(job, update.kind === 'frame' ? update.frame : undefined))
    }
  } catch (error) {
    throw failing.signal.aborted && !signal.aborted ? failing.signal.reason : error
  } finally {
    live.close()
  }
  if (job === undefined) throw new Error(`The job ${jobId} was followed without an answer.`)
  const { items } = await client.listOutputs({ params: { jobId } })
  const rest = items.filter(({ kind }) => kind !== 'frame')
  const outputs = await Promise.all(
    rest.map(async (file) => {
      const path = await fetchFile(file.name, file.sha256, file.size)
      return { ...file, ...(path !== undefined && { path }) }
    }),
  )
  for (const line of renamedText(places?.renamed ?? [])) {
    output.warn(line)
    options.warn?.(line)
  }
  const done = await Promise.all([...frames.values()].map(({ first, again }) => first.catch(again)))
  return { job, outputs, frames: done.toSorted((a, b) => a.frame - b.frame) }
}

/** What a person should know about files that have other names here. */
export function renamedText(renamed: readonly Renamed[]): string[] {
  return renamed.map(({ path, as }) => `This system has no file called ${path}: it is ${as}.`)
}

type FetchFile = (name: string, sha256: string, size: number) => Promise<string | undefined>

interface Fetched {
  sha256: string
  first: Promise<WatchedFrame>
  again: () => Promise<WatchedFrame>
}

/** Fetches a finished frame, once; one that is rendered again after a requeue replaces the first. */
function startFetching(
  frames: Map<number, Fetched>,
  info: FrameInfo,
  fetchFile: FetchFile,
  onFailure: (error: unknown) => void,
): void {
  const { frame, file, renderSeconds, warnings } = info
  if (info.state !== 'completed' || file === null || frames.get(frame)?.sha256 === file.sha256) return
  const again = async (): Promise<WatchedFrame> => {
    const path = await fetchFile(file.name, file.sha256, file.size)
    return { frame, ...(path !== undefined && { path }), sha256: file.sha256, renderSeconds, warnings }
  }
  const first = again()
  // A server that is away for longer than a transfer waits is waited for: the frame comes at the end.
  first.catch((error: unknown) => mayPass(error) || onFailure(error))
  frames.set(frame, { sha256: file.sha256, first, again })
}

function statusOf(job: JobSummary, rendering: FrameInfo | undefined): string {
  const { completed, total, failed } = job.frames
  const left = job.eta.seconds === null ? '' : `, ${formatSeconds(job.eta.seconds)} left`
  const now =
    rendering?.progress == null ? '' : `, frame ${rendering.frame} at ${Math.round(rendering.progress * 100)} %`
  return `${job.state}: ${completed} of ${total} frames${failed > 0 ? `, ${failed} failed` : ''}${now}${left}`
}

export function exitCodeOfJob(job: JobSummary): ExitCode {
  if (job.state === 'completed') return exitCodes.done
  if (job.state === 'failed' && job.frames.completed > 0) return exitCodes.finishedWithProblems
  return exitCodes.failed
}
