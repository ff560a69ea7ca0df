import { join, resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { formatBytes, formatSeconds } from '@backlot/base/format'
import { pack, type PackProgress, type PackRequest, type PackResult } from '@backlot/packing/pack'
import { checkIsFile } from '@backlot/submission/saved-file'
import { HashCache } from '@backlot/transfer/hash-cache'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { formatProgress, table } from '../output.ts'

interface Options {
  zip?: string
  project?: string
  root?: string
  ignoreErrors?: boolean
}

/** What is missing is refused, or, with `--ignore-errors`, told with 6. */
export async function run(context: CliContext, options: Options, [file]: [string]): Promise<ExitCode> {
  const { output, signal } = context
  const path = resolve(file)
  await checkIsFile(path)
  using cache = new HashCache(join(context.cacheFolder, 'hashes.sqlite'))
  const result = await pack(
    { file: path, ...targetOf(options), root: options.root, ignoreErrors: options.ignoreErrors },
    { cache, signal, onProgress: (progress) => output.status(statusOf(progress)) },
  )
  output.answer(result, textOf(result))
  for (const problem of result.problems) output.warn(problem)
  return result.isWhole ? exitCodes.done : exitCodes.finishedWithProblems
}

function targetOf({ zip, project }: Options): Pick<PackRequest, 'mode' | 'out'> {
  if (zip !== undefined && project === undefined) return { mode: 'zip', out: zip }
  if (project !== undefined && zip === undefined) return { mode: 'project', out: project }
  throw new CodedError('cli.usage', 'Say where the pack goes: either --zip FILE.zip or --project FOLDER.')
}

function statusOf(progress: PackProgress): string {
  if (progress.stage === 'trace')
    return `Tracing: ${progress.trace.filesRead} of ${progress.trace.filesKnown} .blend files, ${progress.trace.missing} missing`
  if (progress.stage === 'fetch') return `Fetching from the cloud: ${progress.files} of ${progress.totalFiles} files`
  if (progress.stage === 'rewrite') return `Rewriting paths: ${formatBytes(progress.bytes)}`
  const what = progress.progress.stage === 'hash' ? 'Hashing' : 'Packing'
  return `${what}: ${progress.progress.files} of ${progress.progress.totalFiles} files, ${formatProgress(progress.progress)}`
}

function textOf(result: PackResult): string {
  const rows = [
    ['opens with', result.mainFile],
    ['files', `${result.files}, ${formatBytes(result.bytes)}, in ${formatSeconds(result.seconds)}`],
    ['project root', result.root],
  ]
  if (result.rewritten.length > 0) rows.push(['paths changed in', some(result.rewritten)])
  if (result.outside.length > 0) rows.push(['from outside', some(result.outside)])
  for (const { path, usages } of result.missing)
    rows.push(['missing', `${path} (used by ${usages.map(({ block }) => block).join(', ')})`])
  return `${result.out}\n${table(rows.map(([name = '', value = '']) => [`  ${name}`, value]))}`
}

function some(paths: readonly string[]): string {
  return paths.length > 3 ? `${paths.slice(0, 3).join(', ')} and ${paths.length - 3} more` : paths.join(', ')
}
