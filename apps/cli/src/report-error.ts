import { dirname } from 'node:path'
import { CodedError, messageOf, systemCode } from '@backlot/base/errors'
import { counted } from '@backlot/base/format'
import type { MissingFile } from '@backlot/blendfile/trace/result'
import { describeError, type ErrorBody } from '@backlot/contract/error-body'
import { type ExitCode, exitCodeOf } from './exit-codes.ts'
import type { Output } from './output.ts'
import { printable } from './printable.ts'
import { usersText } from './users-text.ts'

const mostMissing = 12
const mostUsers = 2

/** Says what went wrong and what to do, and gives the exit code for it. */
export function reportError(thrown: unknown, output: Output): ExitCode {
  const { body, code, kind } = describeError(translate(thrown))
  body.error.advice = adviceFor(body.error)
  const { advice } = body.error
  if (output.json) output.answer(body, '')
  else
    output.note(
      `${output.paint('red', 'Error:')} ${headline(body.error)}${facts(body.error)}\n${output.paint('dim', printable(advice))}  [${code}]`,
    )
  // A mistake in this program: where it happened is what a report of it needs.
  if (code === 'cli.internal' && thrown instanceof Error) output.note(thrown.stack ?? '')
  return exitCodeOf(code, kind)
}

/** What the operating system says in its own words, in ours. What the table of errors knows stays as it is. */
function translate(thrown: unknown): unknown {
  const { name, code } = (thrown ?? {}) as { name?: unknown; code?: unknown }
  if (name === 'AbortError' || code === 'ABORT_ERR')
    return new CodedError('cli.interrupted', 'Interrupted.', { cause: thrown })
  const path = pathOf(thrown)
  const coded = (ours: string, message: string) =>
    new CodedError(ours, message, { details: path === undefined ? {} : { path }, cause: thrown })
  switch (systemCode(thrown)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return coded('host.disk_full', `The disk${path === undefined ? '' : ` of ${path}`} is full.`)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return coded('host.no_permission', `The system does not permit access to ${path ?? 'a file'}.`)
    case 'EEXIST':
    case 'ENOTDIR':
      return coded('host.no_permission', `${path ?? 'A path'} can't be a folder: there is a file in its place.`)
    case 'EADDRINUSE':
      return coded('host.port_taken', 'The port is in use.')
    case 'ENOENT':
    case 'ENAMETOOLONG':
      return coded('submit.file_not_found', `There is no ${path ?? messageOf(thrown)}.`)
    default:
      return describeError(thrown).code === 'server.internal' && !isOfServer(thrown)
        ? new CodedError('cli.internal', `Something went wrong inside this program: ${messageOf(thrown)}`)
        : thrown
  }
}

/** An error that a server answered with, or that an app of ours ended with. */
function isOfServer(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'ApiError' || thrown instanceof CodedError)
}

/** Files are written beside their place under a temporary name, which says nothing to a person. */
function pathOf(thrown: unknown): string | undefined {
  const path = (thrown as { path?: unknown } | null)?.path
  if (typeof path !== 'string') return undefined
  return path.endsWith('.tmp') ? dirname(path) : path
}

/** The table's advice, except where this program knows better. */
function adviceFor({ code, advice, details: { url, jobId } }: ErrorBody['error']): string {
  const isHere = typeof url === 'string' && /^https?:\/\/(127\.|localhost\b|\[::1\])/.test(url)
  if (code === 'network.unreachable' && isHere) return `Is it running? Start it with \`backlot up\`. ${advice}`
  // The same command again would be a second job.
  if (code === 'cli.interrupted' && typeof jobId === 'string')
    return `The job goes on. Fetch its frames with \`backlot download ${jobId} --auto\`, or end it with \`backlot job cancel ${jobId}\`.`
  return advice
}

/** What is missing is listed below, and not in one long line. */
function headline({ message, details: { missing } }: ErrorBody['error']): string {
  const count = missingIn(missing).length
  return count === 0
    ? printable(message)
    : `${counted(count, 'file')} that the scene needs ${count === 1 ? 'is' : 'are'} missing:`
}

/** Missing files with who uses them, as a pack or a submission is refused for them. */
function missingIn(missing: unknown): readonly MissingFile[] {
  const isTold = Array.isArray(missing) && missing.every((one: { usages?: unknown }) => Array.isArray(one?.usages))
  return isTold ? (missing as MissingFile[]) : []
}

function missingLines(files: readonly MissingFile[]): string[] {
  const lines = files
    .slice(0, mostMissing)
    .flatMap(({ path, usages, similar = [] }) => [
      printable(path),
      ...usersText(usages, mostUsers).map((user) => `    used by ${user}`),
      ...similar.slice(0, 1).map((other) => `    did you mean ${printable(other)}?`),
    ])
  const more = files.length - mostMissing
  return more > 0 ? [...lines, `and ${more} more; \`backlot trace FILE --missing\` lists them`] : lines
}

/** The few details that help a person; all of them are in `--json`. */
function facts({ message, details }: ErrorBody['error']): string {
  const { problems, missing, allowed, output, retryAfterSeconds, requestId } = details
  const lines: string[] = []
  if (Array.isArray(problems))
    lines.push(
      ...problems.slice(0, 8).map((one: { field?: string; message?: string }) => `${one.field}: ${one.message}`),
    )
  if (Array.isArray(missing)) lines.push(...missing.filter((one) => typeof one === 'string').slice(0, mostMissing))
  if (Array.isArray(allowed) && allowed.length > 0) lines.push(`Possible when it is ${allowed.join(' or ')}.`)
  if (typeof output === 'string') lines.push(...output.split('\n').slice(-4))
  if (typeof retryAfterSeconds === 'number') lines.push(`Try again in ${Math.ceil(retryAfterSeconds)} s.`)
  if (typeof requestId === 'string') lines.push(`Request ${requestId}`)
  const news = lines.filter((line) => line !== '' && !message.includes(line)).map(printable)
  return [...missingLines(missingIn(missing)), ...news].map((line) => `\n  ${line}`).join('')
}
