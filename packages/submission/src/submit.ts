import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { inspectFile } from '@backlot/blendfile/node/inspect-file'
import type { TraceResult } from '@backlot/blendfile/trace/result'
import type { Client } from '@backlot/contract/client'
import type { SubmissionInput } from '@backlot/contract/schemas/jobs'
import type { StepKind } from '@backlot/contract/steps/registry'
import type { PackLayout } from '@backlot/packing/layout/layout'
import { prepare, type PrepareProgress, refuseProblems } from '@backlot/packing/prepare'
import { usersOf } from '@backlot/packing/problems'
import { type PackedFile, rewriteChanged } from '@backlot/packing/rewrite-changed'
import { writeZip } from '@backlot/packing/zip/write-zip'
import { checkServer, checkSpace } from '@backlot/transfer/preflight'
import { openReport, type Report, type ReportStage } from '@backlot/transfer/report'
import { HashCache } from '@backlot/transfer/hash-cache'
import type { Progress } from '@backlot/transfer/progress'
import { type UploadedTree, uploadTree } from '@backlot/transfer/upload'
import { openCopiesFolder } from './copies-folder.ts'
import { chooseSettings, type JobSettings } from './job-settings.ts'
import { checkIsFile } from './saved-file.ts'
import { chooseScene } from './scene-choice.ts'
import { chooseSplit } from './split-choice.ts'
import type { SubmitRequest } from './submit-request.ts'

/** Reports and the cache of hashes; copies of .blend files whose paths change come on top. Bytes. */
const reportSpace = 50_000_000
/** Where the archive of a submission by ZIP is in its tree. */
const archivePath = '_backlot/project.zip'

export type SubmitStage = 'preflight' | 'trace' | 'pack' | 'upload' | 'register'

export type SubmitProgress =
  /** `note`: what was chosen and a person should know before anything is sent. */
  | { stage: 'preflight'; note?: string }
  | { stage: 'register' }
  | { stage: 'trace'; filesRead: number; filesKnown: number; missing: number }
  /** Files that were in a cloud. */
  | { stage: 'fetch'; progress: Progress }
  | { stage: 'fetch_library'; library: string; bytes: number }
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
  /** Nothing that the scene needs was left out. */
  isWhole: boolean
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
    const { note } = chooseSplit(request, choice)
    if (note !== undefined) onProgress?.({ stage: 'preflight', note })
    const freeBytes = await checkSpace(options.reportFolder, reportSpace)
    const { version, roundTripSeconds, driftSeconds } = await server
    const { scene, frameCount } = choice
    stage.result = { blend: info.blenderVersion, scene: scene.name, frameCount, freeBytes, roundTripSeconds }
    report.environment({ serverVersion: version, clockDriftSeconds: driftSeconds })
    return settings
  })

  const { traced, layout, problems } = await timed('trace', async (stage) => {
    const prepared = await prepare(request, {
      signal,
      onProgress: (progress) => onProgress?.(describePreparation(progress)),
    })
    const { files, missing, errors, warnings } = prepared.traced
    stage.result = {
      files: files.length,
      missing: missing.length,
      unreadable: errors.length,
      warnings: warnings.length,
    }
    for (const { path, usages } of missing) report.file({ path, size: 0, outcome: 'missing', detail: usersOf(usages) })
    for (const { path, message } of errors) report.file({ path, size: 0, outcome: 'failed', detail: message })
    return prepared
  })
  for (const { message, code, details } of problems)
    report.warn(message, code === undefined ? details : { code, ...details })
  if (!request.ignoreErrors) refuseProblems(problems)

  const isArchive = request.mode === 'zip'
  const upload = await sendFiles({ layout, isArchive }, options, report, timed)
  const submission = describeJob({ settings, layout, isArchive, treeId: upload.treeId, stages, traced, upload })
  const { jobId, url } = await timed('register', async () => {
    onProgress?.({ stage: 'register' })
    return await client.submitJob({ body: submission }, { ...(signal && { signal }) })
  })
  const { files, bytes, skippedFiles, skippedBytes } = upload
  return {
    jobId,
    url,
    stages,
    isWhole: problems.every(({ code }) => code === undefined),
    problems: problems.map(({ message }) => message),
    uploaded: { files, bytes, skippedFiles, skippedBytes },
  }
}

type Timed = <T>(name: SubmitStage, work: (stage: ReportStage) => Promise<T>) => Promise<T>

function describePreparation(progress: PrepareProgress): SubmitProgress {
  if (progress.stage !== 'trace') return progress
  const { filesRead, filesKnown, missing } = progress.trace
  return { stage: 'trace', filesRead, filesKnown, missing }
}

/**
 * Rewrites what has to be rewritten, then hashes and sends. The last two are one call; a person sees two stages, so the
 * first ends when the first byte may travel. Copies are gone at the end.
 */
async function sendFiles(
  { layout, isArchive }: { layout: PackLayout; isArchive: boolean },
  options: SubmitOptions,
  report: Report,
  timed: Timed,
): Promise<UploadedTree> {
  const { client, signal, onProgress } = options
  await using copies = await openCopiesFolder(dirname(options.hashCache))
  using cache = new HashCache(options.hashCache)
  const hashed = Promise.withResolvers<void>()
  const start = async () => {
    const packed = await rewriteChanged(layout, { folder: copies.path, ...(signal && { signal }) })
    const files = isArchive ? [await archiveOf(packed, copies.path, options)] : packed
    const originals = new Map(files.map(({ file, original = file }) => [file, original]))
    const original = (file: string) => originals.get(file) ?? file
    return uploadTree(client, files, {
      cache,
      ...(signal && { signal }),
      onProgress(progress) {
        const stage = progress.stage === 'hash' ? 'pack' : 'upload'
        if (stage === 'upload') hashed.resolve()
        onProgress?.({ stage, progress })
      },
      onSent: ({ file, size, seconds }) => report.file({ path: original(file), size, seconds, outcome: 'sent' }),
      onSkipped: ({ file, size }) => report.file({ path: original(file), size, outcome: 'skipped' }),
    })
  }
  const sent = start()
  sent.then(() => hashed.resolve(), hashed.reject)
  await timed('pack', async (stage) => {
    const { root, entries, changes, outside } = layout
    stage.result = { files: entries.length, root, rewritten: changes.size, outside: outside.length }
    await hashed.promise
  })
  return await timed('upload', async (stage) => {
    const uploaded = await sent
    const { treeId, sentFiles, sentBytes, skippedFiles, skippedBytes } = uploaded
    stage.result = { treeId, sentFiles, sentBytes, skippedFiles, skippedBytes }
    return uploaded
  })
}

async function archiveOf(
  files: readonly PackedFile[],
  folder: string,
  { signal, onProgress }: SubmitOptions,
): Promise<{ path: string; file: string; original?: string }> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, 'project.zip')
  await checkSpace(
    folder,
    files.reduce((sum, { size }) => sum + size, 0),
  )
  await writeZip(files, file, {
    ...(signal && { signal }),
    onProgress: (progress) => onProgress?.({ stage: 'pack', progress }),
  })
  return { path: archivePath, file }
}

interface Found {
  isArchive: boolean
  settings: JobSettings
  layout: PackLayout
  treeId: string
  stages: readonly { name: SubmitStage; seconds: number }[]
  traced: TraceResult
  upload: UploadedTree
}

/** So many missing files the job itself names; the report of the submission has them all. */
const namedMissing = 20

function describeJob({ settings, layout, isArchive, treeId, stages, upload, traced }: Found): SubmissionInput {
  const outputs: Partial<Record<StepKind, Record<string, unknown>>> = {
    trace: {
      files: traced.files.length,
      missing: traced.missing.length,
      missingFiles: traced.missing.slice(0, namedMissing).map(({ path }) => path),
    },
    pack: {
      files: layout.entries.length,
      root: layout.root,
      rewritten: layout.changes.size,
      outside: layout.outside.length,
    },
    upload: { bytes: upload.sentBytes, skippedBytes: upload.skippedBytes },
  }
  return {
    ...settings,
    submissionId: randomUUID(),
    treeId,
    render: {
      ...settings.render,
      blendPath: layout.entries[0]?.path ?? settings.render.blendPath,
      ...(isArchive && { archive: archivePath }),
    },
    stages: stages.flatMap(({ name, seconds }) =>
      name === 'trace' || name === 'pack' || name === 'upload' ? [{ name, seconds, output: outputs[name] ?? {} }] : [],
    ),
  }
}
