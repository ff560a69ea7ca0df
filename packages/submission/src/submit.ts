import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { inspectFile } from '@backlot/blendfile/node/inspect-file'
import { traceFile } from '@backlot/blendfile/node/trace-file'
import type { TraceResult } from '@backlot/blendfile/trace/result'
import type { Client } from '@backlot/contract/client'
import type { Submission, SubmissionInput } from '@backlot/contract/schemas/jobs'
import type { StepKind } from '@backlot/contract/steps/registry'
import { checkServer, checkSpace } from '@backlot/transfer/preflight'
import { openReport, type Report, type ReportStage } from '@backlot/transfer/report'
import { HashCache } from '@backlot/transfer/hash-cache'
import type { Progress } from '@backlot/transfer/progress'
import { type UploadedTree, uploadTree } from '@backlot/transfer/upload'
import { chooseSettings, type JobSettings } from './job-settings.ts'
import { findProblems, usersOf } from './problems.ts'
import { layOutProject, type ProjectTree } from './project-tree.ts'
import { checkIsFile } from './saved-file.ts'
import { chooseScene } from './scene-choice.ts'

/** Reports and the cache of hashes; packing does not write a copy of anything. Bytes. */
const reportSpace = 50_000_000

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
  chunk?: number | undefined
  priority?: number | undefined
  tags?: readonly string[] | undefined
  blender?: string | undefined
  maxRetries?: number | undefined
  video?: boolean | undefined
  /** What the render changes in the scene. */
  render?: Partial<Omit<Submission['render'], 'blendPath' | 'scene' | 'ignoreErrors'>> | undefined
  /** Submit although files are missing or referred to by absolute paths. */
  ignoreErrors?: boolean | undefined
}

export type SubmitStage = 'preflight' | 'trace' | 'pack' | 'upload' | 'register'

export type SubmitProgress =
  | { stage: 'preflight' | 'register' }
  | { stage: 'trace'; filesRead: number; filesKnown: number; missing: number }
  | { stage: 'pack' | 'upload'; progress: Progress }

export interface SubmitOptions {
  client: Client
  /** Folder of diagnostic reports. */
  reportFolder: string
  /** For the report: the version of the program, the server's address. */
  environment?: Record<string, unknown>
  /** File of hashes that are known already. */
  hashCache: string
  signal?: AbortSignal
  onProgress?: (progress: SubmitProgress) => void
}

export interface SubmitResult {
  jobId: string
  url: string
  uploaded: { files: number; bytes: number; skippedFiles: number; skippedBytes: number }
  stages: { name: SubmitStage; seconds: number }[]
  /** What was accepted with `ignoreErrors`, or is only odd. */
  problems: string[]
  /** Path of the diagnostic report. */
  report: string
}

/**
 * From a saved .blend to a registered job: preflight → trace → manifest → upload → register. Nothing is registered
 * before every file is in storage, so ending it at any point leaves nothing half done; doing it again sends only what
 * storage does not have. The artist's files are only read.
 */
export async function submit(request: SubmitRequest, options: SubmitOptions): Promise<SubmitResult> {
  const report = await openReport({
    dir: options.reportFolder,
    kind: 'submission',
    subject: { file: resolve(request.file) },
    ...(options.environment && { environment: options.environment }),
  })
  try {
    const result = await run(request, options, report)
    await report.finish({ jobId: result.jobId, url: result.url })
    return { ...result, report: report.path }
  } catch (error) {
    await report.fail(error)
    throw error
  }
}

async function run(
  request: SubmitRequest,
  options: SubmitOptions,
  report: Report,
): Promise<Omit<SubmitResult, 'report'>> {
  const { client, signal, onProgress } = options
  const file = resolve(request.file)
  const stages: { name: SubmitStage; seconds: number }[] = []
  const timed: Timed = async (name, work) => {
    const started = performance.now()
    try {
      return await report.stage(name, work)
    } finally {
      stages.push({ name, seconds: (performance.now() - started) / 1000 })
    }
  }

  const settings = await timed('preflight', async (stage) => {
    onProgress?.({ stage: 'preflight' })
    await checkIsFile(file)
    // The server is far and the file is near: one is read while the other answers. The file's problems are told first.
    const server = checkServer(client, signal)
    server.catch(() => {}) // awaited below
    const info = await inspectFile(file, signal)
    const choice = chooseScene(info.scenes, { scene: request.scene ?? info.activeScene, frames: request.frames })
    const settings = chooseSettings(request, info, choice)
    const freeBytes = await checkSpace(options.reportFolder, reportSpace)
    const { version, roundTripSeconds, driftSeconds } = await server
    const { scene, frameCount } = choice
    stage.result = { blend: info.blenderVersion, scene: scene.name, frameCount, freeBytes, roundTripSeconds }
    report.environment({ serverVersion: version, clockDriftSeconds: driftSeconds })
    return settings
  })

  const traced = await timed('trace', async (stage) => {
    const found = await traceFile(file, {
      ...(signal && { signal }),
      onProgress: ({ filesRead, filesKnown, missing }) =>
        onProgress?.({ stage: 'trace', filesRead, filesKnown, missing }),
    })
    const { files, missing, errors, warnings } = found
    stage.result = {
      files: files.length,
      missing: missing.length,
      unreadable: errors.length,
      warnings: warnings.length,
    }
    for (const { path, usages } of missing) report.file({ path, size: 0, outcome: 'missing', detail: usersOf(usages) })
    for (const { path, message } of errors) report.file({ path, size: 0, outcome: 'failed', detail: message })
    return found
  })
  const tree = layOutProject(
    file,
    traced.files.map(({ path }) => path),
    { root: request.root && resolve(request.root) },
  )
  const problems = findProblems(traced, tree)
  for (const { message, code, details } of problems)
    report.warn(message, code === undefined ? details : { code, ...details })
  const [worst] = problems.filter(({ code }) => code !== undefined)
  if (worst?.code !== undefined && !request.ignoreErrors)
    throw new CodedError(worst.code, worst.message, { details: worst.details })

  const upload = await sendFiles(tree, options, report, timed)
  const submission = describeJob({ settings, tree, treeId: upload.treeId, stages, traced, upload })
  const { jobId, url } = await timed('register', async () => {
    onProgress?.({ stage: 'register' })
    return await client.submitJob({ body: submission }, { ...(signal && { signal }) })
  })
  const { files, bytes, skippedFiles, skippedBytes } = upload
  return {
    jobId,
    url,
    stages,
    problems: problems.map(({ message }) => message),
    uploaded: { files, bytes, skippedFiles, skippedBytes },
  }
}

type Timed = <T>(name: SubmitStage, work: (stage: ReportStage) => Promise<T>) => Promise<T>

/** One call hashes and then sends; a person sees two stages, so the first ends when the first byte may travel. */
async function sendFiles(
  tree: ProjectTree,
  options: SubmitOptions,
  report: Report,
  timed: Timed,
): Promise<UploadedTree> {
  const { client, signal, onProgress } = options
  const hashed = Promise.withResolvers<void>()
  using cache = new HashCache(options.hashCache)
  const sent = uploadTree(client, tree.entries, {
    cache,
    ...(signal && { signal }),
    onProgress(progress) {
      const stage = progress.stage === 'hash' ? 'pack' : 'upload'
      if (stage === 'upload') hashed.resolve()
      onProgress?.({ stage, progress })
    },
    onSent: ({ file, size, seconds }) => report.file({ path: file, size, seconds, outcome: 'sent' }),
    onSkipped: ({ file, size }) => report.file({ path: file, size, outcome: 'skipped' }),
  })
  sent.then(() => hashed.resolve(), hashed.reject)
  await timed('pack', async (stage) => {
    stage.result = { files: tree.entries.length, root: tree.root }
    await hashed.promise
  })
  return timed('upload', async (stage) => {
    const { treeId, sentFiles, sentBytes, skippedFiles, skippedBytes } = await sent
    stage.result = { treeId, sentFiles, sentBytes, skippedFiles, skippedBytes }
    return await sent
  })
}

interface Found {
  settings: JobSettings
  tree: ProjectTree
  treeId: string
  stages: readonly { name: SubmitStage; seconds: number }[]
  traced: TraceResult
  upload: UploadedTree
}

/** So many missing files the job itself names; the report of the submission has them all. */
const namedMissing = 20

function describeJob({ settings, tree, treeId, stages, upload, traced }: Found): SubmissionInput {
  const outputs: Partial<Record<StepKind, Record<string, unknown>>> = {
    trace: {
      files: traced.files.length,
      missing: traced.missing.length,
      missingFiles: traced.missing.slice(0, namedMissing).map(({ path }) => path),
    },
    pack: { files: tree.entries.length, root: tree.root },
    upload: { bytes: upload.bytes, skippedBytes: upload.skippedBytes },
  }
  return {
    ...settings,
    submissionId: randomUUID(),
    treeId,
    render: { ...settings.render, blendPath: tree.entries[0]?.path ?? settings.render.blendPath },
    stages: stages.flatMap(({ name, seconds }) =>
      name === 'trace' || name === 'pack' || name === 'upload' ? [{ name, seconds, output: outputs[name] ?? {} }] : [],
    ),
  }
}
