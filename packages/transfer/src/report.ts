import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { arch, availableParallelism, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { messageOf } from '@backlot/base/errors'
import { readJson, writeFileAtomic, writeJson } from '@backlot/base/node/atomic-file'
import { describeError } from '@backlot/contract/error-body'
import { renderReport } from './report-text.ts'

const reportKinds = ['submission', 'download'] as const
export type ReportKind = (typeof reportKinds)[number]

export interface ReportStage {
  name: string
  startedAt: string
  /** Null while it runs, and for ever when the process died in it. */
  seconds: number | null
  state: 'running' | 'done' | 'failed' | 'cancelled'
  /** What it found out: plain JSON. */
  result: Record<string, unknown>
}

export interface ReportFile {
  path: string
  size: number
  outcome: 'sent' | 'received' | 'skipped' | 'missing' | 'failed'
  seconds?: number
  detail?: string
}

export interface ReportData {
  version: 1
  reportId: string
  kind: ReportKind
  /** `running` in a file whose process is gone means that it was killed: nothing after `updatedAt` is known. */
  state: 'running' | 'done' | 'failed' | 'cancelled'
  startedAt: string
  updatedAt: string
  endedAt: string | null
  pid: number
  /** What it is about: file, job, server. */
  subject: Record<string, unknown>
  environment: Record<string, unknown>
  stages: ReportStage[]
  /** Of all files, also of those that `files` leaves out. */
  totals: Record<ReportFile['outcome'], { files: number; bytes: number }>
  /** At most `listedFiles`; problems first. */
  files: ReportFile[]
  warnings: { at: string; message: string; details: Record<string, unknown> }[]
  error: {
    code: string
    kind: string
    message: string
    advice: string
    details: Record<string, unknown>
    stage: string | null
  } | null
}

export interface ReportOptions {
  dir: string
  kind: ReportKind
  subject?: Record<string, unknown>
  /** Beside what the report finds out itself: the version of the program, Blenders, the server. */
  environment?: Record<string, unknown>
  now?: () => Date
}

/** A report with a line for each of 200,000 files would take longer than the upload. Problems are always listed. */
const listedFiles = 2000
/** The file on disk is at most so old. Milliseconds. */
const flushEvery = 500

/**
 * The diagnostic report of one submission or download: JSON that is replaced as a whole while the work goes on, so that
 * a crash leaves a valid report of what happened until then, and a readable transcript beside it. A report that can't
 * be written never stops the work.
 */
export class Report {
  /** Of the JSON; the transcript ends in .txt instead. */
  readonly path: string
  readonly data: ReportData
  readonly #now: () => Date
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()
  #stage: ReportStage | undefined

  constructor(path: string, data: ReportData, now: () => Date) {
    this.path = path
    this.data = data
    this.#now = now
  }

  /** Runs one stage; what `work` returns in `result` stands in the report. Stages do not nest. */
  async stage<T>(name: string, work: (stage: ReportStage) => Promise<T>): Promise<T> {
    const started = performance.now()
    const stage: ReportStage = { name, startedAt: this.#time(), seconds: null, state: 'running', result: {} }
    this.data.stages.push(stage)
    this.#stage = stage
    await this.flush()
    try {
      const value = await work(stage)
      stage.state = 'done'
      return value
    } catch (error) {
      stage.state = isAbort(error) ? 'cancelled' : 'failed'
      throw error
    } finally {
      stage.seconds = (performance.now() - started) / 1000
      if (stage.state === 'done') this.#stage = undefined
      await this.flush()
    }
  }

  warn(message: string, details: Record<string, unknown> = {}): void {
    this.data.warnings.push({ at: this.#time(), message, details })
    this.#soon()
  }

  file(file: ReportFile): void {
    const total = this.data.totals[file.outcome]
    total.files++
    total.bytes += file.size
    const isProblem = file.outcome === 'failed' || file.outcome === 'missing'
    if (isProblem) this.data.files.unshift(file)
    else if (this.data.files.length < listedFiles) this.data.files.push(file)
    this.#soon()
  }

  /** Adds what was found out about where it runs: the server's version, once it has answered. */
  environment(facts: Record<string, unknown>): void {
    Object.assign(this.data.environment, facts)
    this.#soon()
  }

  /** Adds to what the report is about: the job's id, once it has one. */
  describe(subject: Record<string, unknown>): void {
    Object.assign(this.data.subject, subject)
    this.#soon()
  }

  /** The end, when all went well. */
  async finish(subject: Record<string, unknown> = {}): Promise<void> {
    Object.assign(this.data.subject, subject)
    await this.#end('done')
  }

  /** The end, with what was thrown: an abort counts as cancelled. */
  async fail(thrown: unknown): Promise<void> {
    if (isAbort(thrown)) return this.#end('cancelled')
    const { kind, body } = describeError(thrown)
    const isOurs = body.error.code !== 'server.internal'
    // On this machine there is nothing to hide from the person who runs the program.
    const message = isOurs ? body.error.message : messageOf(thrown)
    this.data.error = { ...body.error, kind, message, stage: this.#stage?.name ?? null }
    await this.#end('failed')
  }

  /** What is known is on disk when it returns. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.data.updatedAt = this.#time()
    const durable = this.data.endedAt !== null
    const text = renderReport(this.data)
    const data = structuredClone(this.data)
    this.#writing = this.#writing.then(async () => {
      try {
        // In this order no report is ever without its transcript.
        await writeFileAtomic(transcriptOf(this.path), text, { durable })
        await writeJson(this.path, data, { durable })
      } catch {
        // Full disk, no right to write: the work itself says so if it matters.
      }
    })
    await this.#writing
  }

  async #end(state: ReportData['state']): Promise<void> {
    this.data.state = state
    this.data.endedAt = this.#time()
    await this.flush()
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.flush(), flushEvery).unref()
  }

  #time(): string {
    return this.#now().toISOString()
  }
}

/** Begins a report: the file is there when it returns. */
export async function openReport({ dir, kind, subject = {}, environment = {}, now }: ReportOptions): Promise<Report> {
  const clock = now ?? (() => new Date())
  const startedAt = clock().toISOString()
  const reportId = randomUUID()
  const name = `${startedAt.replaceAll(/[-:]/g, '').replace('.', '')}-${kind}-${reportId.slice(0, 8)}.json`
  const none = () => ({ files: 0, bytes: 0 })
  const report = new Report(
    join(dir, name),
    {
      version: 1,
      reportId,
      kind,
      state: 'running',
      startedAt,
      updatedAt: startedAt,
      endedAt: null,
      pid: process.pid,
      subject: { ...subject },
      environment: { ...ownEnvironment(), ...environment },
      stages: [],
      totals: { sent: none(), received: none(), skipped: none(), missing: none(), failed: none() },
      files: [],
      warnings: [],
      error: null,
    },
    clock,
  )
  await report.flush()
  return report
}

/** Path of the newest report in a folder. */
export async function latestReport(dir: string, kind?: ReportKind): Promise<string | undefined> {
  const names = await readdir(dir).catch((): string[] => [])
  const pattern = new RegExp(`^\\d{8}T\\d+Z-(${kind ?? reportKinds.join('|')})-[0-9a-f]{8}\\.json$`)
  const newest = names
    .filter((name) => pattern.test(name))
    .toSorted()
    .at(-1)
  return newest && join(dir, newest)
}

/** A report from its file; undefined when there is none, or it is something else. */
export async function readReport(path: string): Promise<ReportData | undefined> {
  const data = (await readJson(path).catch(() => undefined)) as Partial<ReportData> | undefined
  return data?.version === 1 && Array.isArray(data.stages) ? (data as ReportData) : undefined
}

/** The readable transcript beside a report. */
export function transcriptOf(path: string): string {
  return path.replace(/\.json$/, '.txt')
}

function ownEnvironment(): Record<string, unknown> {
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    node: process.version,
    cpus: availableParallelism(),
    memoryBytes: totalmem(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  }
}

function isAbort(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  return name === 'AbortError' || code === 'cli.interrupted'
}
