import { cp, mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { pythonFolder } from '@backlot/blender/python-folder'
import type { Client } from '@backlot/contract/client'
import type { ErrorCode } from '@backlot/contract/errors'
import { framesOf, parseFrames } from '@backlot/contract/frames'
import type { JobDetail } from '@backlot/contract/schemas/jobs'
import { unpackZip } from '@backlot/packing/zip/unpack-zip'
import type { BlobCache } from '@backlot/transfer/blob-cache'
import { materialise } from '@backlot/transfer/materialise'
import type { OnProgress } from '@backlot/transfer/progress'
import { openjdTemplate } from './template.ts'

export interface ExportOptions {
  client: Client
  cache: BlobCache
  /** Frames of one task. Default: as the job was submitted, else 10: each task starts a Blender. */
  framesPerTask?: number | undefined
  signal: AbortSignal
  onProgress: OnProgress
}

export interface Exported {
  template: string
  frames: number
  /** Names of the template's steps. */
  steps: string[]
  tasks: number
  files: number
}

const defaultFramesPerTask = 10
/** Of the runtime: what runs on any farm. */
const runtimeParts = ['backlot_runtime', 'render_job.py', 'LICENSE.md']

/**
 * Writes a job as a folder that any Open Job Description farm can render: a template, the project, and what runs inside
 * Blender. The job stays as it is. What fails or is interrupted leaves nothing in the folder, so that it can be repeated.
 *
 * @throws `pack.target_in_use`
 */
export async function exportJob(job: JobDetail, folder: string, options: ExportOptions): Promise<Exported> {
  await needEmpty(folder)
  try {
    return await write(job, folder, options)
  } catch (error) {
    for (const part of ['project', 'runtime', 'output', 'template.json'])
      await rm(join(folder, part), { recursive: true, force: true })
    throw error
  }
}

async function write(job: JobDetail, folder: string, options: ExportOptions): Promise<Exported> {
  const { client, cache, signal, onProgress } = options
  const { settings } = job
  const frames = framesOfJob(settings)
  const project = join(folder, 'project')
  await mkdir(join(folder, 'output'), { recursive: true })
  const { entries } = await client.readTree({ params: { treeId: settings.treeId } }, { signal })
  const { files } = await materialise(client, entries, project, { cache, signal, onProgress })
  const { archive } = settings.render
  if (archive !== undefined) {
    const { bavail, bsize } = await statfs(project)
    await unpackZip(join(project, archive), project, { mostBytes: bavail * bsize, signal })
    await rm(join(project, archive))
  }
  const runtime = join(folder, 'runtime')
  for (const part of runtimeParts) {
    await cp(join(pythonFolder, part), join(runtime, part), {
      recursive: true,
      filter: (source) => !source.endsWith('__pycache__'),
    })
  }
  await writeJson(join(runtime, 'job.json'), describeRender(settings))
  const template = join(folder, 'template.json')
  const made = openjdTemplate({
    name: job.name,
    frames,
    framesPerTask: options.framesPerTask ?? settings.chunk ?? defaultFramesPerTask,
    memoryBytes: settings.memoryBytes ?? 0,
    gpu: settings.render.device === 'gpu',
  })
  await writeJson(template, made)
  const tasks = made.steps.flatMap(
    ({ parameterSpace }) => parameterSpace.taskParameterDefinitions[0]?.range ?? [],
  ).length
  return { template, frames: frames.length, steps: made.steps.map(({ name }) => name), tasks, files }
}

function framesOfJob({ frames }: JobDetail['settings']): number[] {
  const parsed = parseFrames(frames)
  if ('spans' in parsed) return framesOf(parsed.spans)
  throw new CodedError<ErrorCode>('submit.invalid_frames', `${parsed.problem}.`, { details: { frames } })
}

/** What `render_job.py` reads. */
function describeRender({ fileVersion, render }: JobDetail['settings']) {
  const { blendPath, allowScripts, ignoreErrors, scene, engine, samples, format, width, height, percentage, device } =
    render
  const settings = { scene, engine, samples, format, width, height, percentage, device }
  return { blendPath, fileVersion, allowScripts, ignoreErrors, settings }
}

async function needEmpty(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined)
  if (found === undefined || (found.isDirectory() && (await readdir(folder)).length === 0)) return
  throw new CodedError<ErrorCode>('pack.target_in_use', `${folder} is not an empty folder.`, { details: { folder } })
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`)
}
