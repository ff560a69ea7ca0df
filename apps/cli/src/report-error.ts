import { CodedError, messageOf, systemCode } from '@backlot/base/errors'
import { describeError, type ErrorBody } from '@backlot/contract/error-body'
import { type ExitCode, exitCodeOf } from './exit-codes.ts'
import type { Output } from './output.ts'

/** Says what went wrong and what to do, and gives the exit code for it. */
export function reportError(thrown: unknown, output: Output): ExitCode {
  const translated = translate(thrown)
  const { body, code, kind } = describeError(translated)
  if (output.json) output.answer(body, '')
  else
    output.note(
      `${output.paint('red', 'Error:')} ${body.error.message}${facts(body.error.details)}\n${output.paint('dim', body.error.advice)}  [${code}]`,
    )
  if (code === 'server.internal' && !(thrown instanceof CodedError) && thrown instanceof Error && !isApiError(thrown))
    output.note(thrown.stack ?? '')
  return exitCodeOf(code, kind)
}

/** What the operating system says in its own words, in ours. */
function translate(thrown: unknown): unknown {
  if (
    thrown instanceof Error &&
    (thrown.name === 'AbortError' || (thrown as { code?: unknown }).code === 'ABORT_ERR')
  ) {
    return new CodedError('cli.interrupted', 'Interrupted.', { cause: thrown })
  }
  const path = (thrown as { path?: unknown } | null)?.path
  const details = typeof path === 'string' ? { path } : {}
  switch (systemCode(thrown)) {
    case 'ENOSPC':
      return new CodedError('host.disk_full', 'The disk is full.', { details, cause: thrown })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new CodedError('host.no_permission', `No right to write ${typeof path === 'string' ? path : 'there'}.`, {
        details,
        cause: thrown,
      })
    case 'EADDRINUSE':
      return new CodedError('host.port_taken', 'The port is in use.', { details, cause: thrown })
    case 'ENOENT':
      return new CodedError(
        'submit.file_not_found',
        `There is no ${typeof path === 'string' ? path : messageOf(thrown)}.`,
        { details, cause: thrown },
      )
    default:
      // An error that came as the body of a response, or an own one: the table knows it.
      return thrown
  }
}

function isApiError(error: Error): boolean {
  return error.name === 'ApiError'
}

/** The few details that help a person; all of them are in `--json`. */
function facts(details: ErrorBody['error']['details']): string {
  const { problems, missing, retryAfterSeconds, requestId } = details
  const lines: string[] = []
  if (Array.isArray(problems))
    lines.push(
      ...problems.slice(0, 8).map((one: { field?: string; message?: string }) => `  ${one.field}: ${one.message}`),
    )
  if (Array.isArray(missing)) lines.push(...missing.slice(0, 12).map((one) => `  ${String(one)}`))
  if (typeof retryAfterSeconds === 'number') lines.push(`  Try again in ${Math.ceil(retryAfterSeconds)} s.`)
  if (typeof requestId === 'string') lines.push(`  Request ${requestId}`)
  return lines.length === 0 ? '' : `\n${lines.join('\n')}`
}
