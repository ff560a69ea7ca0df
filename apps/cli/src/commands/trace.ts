import { basename, resolve } from 'node:path'
import { messageOf } from '@backlot/base/errors'
import { formatBytes } from '@backlot/base/format'
import { traceFile } from '@backlot/blendfile/node/trace-file'
import type { TraceResult } from '@backlot/blendfile/trace/result'
import { describeError } from '@backlot/contract/error-body'
import { checkIsFile } from '@backlot/submission/saved-file'
import type { CliContext } from '../context.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { naming } from '../naming.ts'
import { Pace } from '../pace.ts'
import { traceText } from '../trace-text.ts'

interface Options {
  all?: boolean
  missing?: boolean
  ignoreErrors?: boolean
}

/** Missing files end it with 1, or with 6 when they are accepted; what was found is printed in both cases. */
export async function run(context: CliContext, options: Options, files: string[]): Promise<ExitCode> {
  const { output, signal } = context
  const results: TraceResult[] = []
  for (const file of files) {
    try {
      results.push(await traceOne(context, resolve(file)))
    } catch (error) {
      // Of several files, one that can't be read must not hide what was found in the others.
      if (files.length === 1 || signal.aborted) throw naming(resolve(file), error)
      results.push(unreadable(resolve(file), error))
    }
  }
  const only = results.length === 1 ? results[0] : undefined
  const text = results.map((result) =>
    traceText(result, { ...options, paint: (style, part) => output.paintAnswer(style, part) }),
  )
  output.answer(only ?? results, text.join('\n\n'))
  const isWhole = results.every(({ missing, errors }) => missing.length === 0 && errors.length === 0)
  if (isWhole) return exitCodes.done
  return options.ignoreErrors ? exitCodes.finishedWithProblems : exitCodes.failed
}

async function traceOne({ output, signal }: CliContext, file: string): Promise<TraceResult> {
  await checkIsFile(file)
  const pace = new Pace()
  return traceFile(file, {
    signal,
    onProgress: ({ filesRead, filesKnown, usages, missing }) =>
      output.status(
        `Tracing: ${filesRead} of ${filesKnown} .blend files, ${usages} references, ${missing} missing${pace.text(filesRead, filesKnown)} (${basename(file)})`,
      ),
    onFetch: (path, bytes) => output.status(`Fetching ${basename(path)} from the cloud: ${formatBytes(bytes)}`),
  })
}

function unreadable(file: string, error: unknown): TraceResult {
  const { code } = describeError(error)
  const errors = [{ code, path: file, message: messageOf(error) }]
  return { file, seconds: 0, usages: [], files: [], missing: [], errors, warnings: [] }
}
