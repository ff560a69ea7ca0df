import { join, resolve } from 'node:path'
import { CodedError } from '@backlot/base/errors'
import { pack, type PackRequest } from '@backlot/packing/pack'
import { checkIsFile } from '@backlot/submission/saved-file'
import { HashCache } from '@backlot/transfer/hash-cache'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { naming } from '../naming.ts'
import { Pace } from '../pace.ts'
import { packStatus, packText } from '../pack-text.ts'
import { printable } from '../printable.ts'

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
  const target = targetOf(options)
  await checkIsFile(path)
  using cache = new HashCache(join(context.cacheFolder, 'hashes.sqlite'))
  const pace = new Pace()
  const result = await pack(
    { file: path, ...target, root: options.root, ignoreErrors: options.ignoreErrors },
    { cache, signal, onProgress: (progress) => output.status(packStatus(progress, pace)) },
  ).catch((error: unknown) => {
    throw naming(path, error)
  })
  output.answer(
    result,
    packText(result, (style, text) => output.paintAnswer(style, text)),
  )
  for (const problem of result.problems) output.warn(printable(problem))
  return result.isWhole ? exitCodes.done : exitCodes.finishedWithProblems
}

function targetOf({ zip, project }: Options): Pick<PackRequest, 'mode' | 'out'> {
  if (zip !== undefined && project === undefined) return { mode: 'zip', out: zip }
  if (project !== undefined && zip === undefined) return { mode: 'project', out: project }
  throw new CodedError('cli.usage', 'Say where the pack goes: either --zip FILE.zip or --project FOLDER.')
}
