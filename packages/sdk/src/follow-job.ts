import { sleep } from '@backlot/base/wait'
import { ApiError, type Client } from '@backlot/contract/client'
import { topicName, topics } from '@backlot/contract/hub-topics'
import type { FrameInfo, JobSummary, LogLine, PipelineEvent } from '@backlot/contract/schemas/jobs'
import { isEnded } from '@backlot/contract/states'

/** What happens to a job, in the order in which it became known. */
export type JobUpdate =
  | { kind: 'job'; job: JobSummary }
  | { kind: 'frame'; frame: FrameInfo }
  | { kind: 'event'; event: PipelineEvent }
  | { kind: 'log'; lines: LogLine[] }
  /** Only when the server went away, and when it came back. */
  | { kind: 'connection'; reachable: boolean }

/** Events as they happen: a connection to the hub, or its Server-Sent Events. */
export interface LiveEvents {
  subscribe: (pattern: string, handler: (event: { topic: string; payload: unknown }) => void) => () => void
  onState: (listener: (state: 'connecting' | 'online' | 'offline' | 'lagged' | 'refused') => void) => () => void
}

export interface FollowOptions {
  client: Client
  jobId: string
  /** Absent: the job is asked for again and again. */
  live?: LiveEvents
  /** Also Blender's log lines. Default false. */
  logs?: boolean
  signal?: AbortSignal
  /** Between two questions without live events, and with them: then only in case one was lost. Milliseconds. */
  pollEvery?: number
  checkEvery?: number
}

const pageLimit = 500

/**
 * Follows a job until it has ended; the last update is then the job in its final state. The server's answers are the
 * truth and live events only a faster way to hear of it: after a gap everything is asked for again, so that no frame is
 * missed and none is told twice. An unreachable server is waited for.
 */
export async function* followJob(options: FollowOptions): AsyncGenerator<JobUpdate, void, void> {
  const { pollEvery = 1000, checkEvery = 15_000, signal } = options
  const follower = new Follower(options)
  const stopListening = follower.listen()
  try {
    for (;;) {
      await follower.ask()
      yield* follower.take()
      if (follower.hasEnded) return
      const until = Date.now() + (follower.isLive ? checkEvery : pollEvery)
      while (!follower.isStale && Date.now() < until) {
        await follower.waitForUpdate(until - Date.now(), signal)
        yield* follower.take()
      }
    }
  } finally {
    stopListening()
  }
}

class Follower {
  readonly #options: FollowOptions
  readonly #told = new Map<string, string>()
  /** Told live since the last question began: its answer may be older. */
  readonly #newer = new Set<string>()
  #queue: JobUpdate[] = []
  #wake: () => void = () => undefined
  #eventCursor: string | undefined
  #logCursor = 0
  isLive = false
  /** Something may have been missed, or the job has ended: ask now. */
  isStale = true
  hasEnded = false

  constructor(options: FollowOptions) {
    this.#options = options
  }

  listen(): () => void {
    const { live, jobId, logs } = this.#options
    if (live === undefined) return () => undefined
    const on = (topic: 'jobChanged' | 'jobFrame' | 'jobEvent' | 'jobLog', handle: (payload: never) => void) =>
      live.subscribe(topicName(topic, { jobId }), ({ payload }) => {
        const parsed = topics[topic].payload.safeParse(payload)
        if (parsed.success) handle(parsed.data as never)
        else this.#markStale()
      })
    const stops = [
      live.onState((state) => {
        this.isLive = state === 'online' || state === 'lagged'
        if (state === 'online' || state === 'lagged' || state === 'offline') this.#markStale()
      }),
      on('jobChanged', (job: JobSummary) => {
        // The final state is told after one last question, so that it comes behind all frames.
        if (isEnded(job.state)) this.#markStale()
        else this.#tellLive('job', { kind: 'job', job })
      }),
      on('jobFrame', (frame: FrameInfo) => this.#tellLive(`frame ${frame.frame}`, { kind: 'frame', frame })),
      on('jobEvent', (event: PipelineEvent) => this.#tell(`event ${event.eventId}`, { kind: 'event', event })),
      ...(logs === true ? [on('jobLog', ({ lines }: { lines: LogLine[] }) => this.#tellLog(lines))] : []),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Asks for everything that may be new. A server that does not answer leaves all as it was. */
  async ask(): Promise<void> {
    const { client, jobId, logs, signal } = this.#options
    const call = signal === undefined ? {} : { signal }
    const params = { jobId }
    this.isStale = false
    this.#newer.clear()
    try {
      const job = await client.showJob({ params }, call)
      if (this.#told.has('connection')) this.#tell('connection', { kind: 'connection', reachable: true })
      for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
        const page = await client.listFrames({ params, query: { limit: pageLimit, cursor } }, call)
        for (const frame of page.items) {
          const key = `frame ${frame.frame}`
          if (!this.#newer.has(key)) this.#tell(key, { kind: 'frame', frame })
        }
        cursor = page.next
      }
      for (let more = true; more;) {
        const page = await client.listEvents({ params, query: { limit: pageLimit, cursor: this.#eventCursor } }, call)
        for (const event of page.items) this.#tell(`event ${event.eventId}`, { kind: 'event', event })
        more = page.next !== undefined
        this.#eventCursor = page.next ?? this.#eventCursor
      }
      for (let more = logs === true; more;) {
        const { items } = await client.listLogs({ params, query: { after: this.#logCursor, limit: pageLimit } }, call)
        this.#tellLog(items)
        more = items.length === pageLimit
      }
      const { document: _document, settings: _settings, ...summary } = job
      if (isEnded(job.state) || !this.#newer.has('job')) this.#tell('job', { kind: 'job', job: summary })
      this.hasEnded = isEnded(job.state)
    } catch (error) {
      if (!(error instanceof ApiError) || (error.kind !== 'network' && error.code !== 'server.unavailable')) throw error
      this.#tell('connection', { kind: 'connection', reachable: false })
    }
  }

  take(): JobUpdate[] {
    const updates = this.#queue
    this.#queue = []
    return updates
  }

  async waitForUpdate(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.#queue.length > 0 || this.isStale) return
    const woken = new AbortController()
    const either = signal === undefined ? woken.signal : AbortSignal.any([woken.signal, signal])
    this.#wake = () => woken.abort()
    await sleep(milliseconds, either).catch(() => undefined)
    signal?.throwIfAborted()
  }

  #tellLive(key: string, update: JobUpdate): void {
    this.#newer.add(key)
    this.#tell(key, update)
  }

  #tell(key: string, update: JobUpdate): void {
    const text = JSON.stringify(update)
    if (this.#told.get(key) === text) return
    this.#told.set(key, text)
    this.#queue.push(update)
    this.#wake()
  }

  #tellLog(lines: readonly LogLine[]): void {
    const fresh = lines.filter(({ seq }) => seq > this.#logCursor)
    if (fresh.length === 0) return
    this.#logCursor = fresh.at(-1)?.seq ?? this.#logCursor
    this.#queue.push({ kind: 'log', lines: fresh })
    this.#wake()
  }

  #markStale(): void {
    this.isStale = true
    this.#wake()
  }
}
