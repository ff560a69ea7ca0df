import type { FailureKind } from '@backlot/contract/errors'

/** What a script learns from a command's end. */
export const exitCodes = {
  done: 0,
  failed: 1,
  wrongUsage: 2,
  notAllowed: 3,
  notFound: 4,
  unreachable: 5,
  finishedWithProblems: 6,
  interrupted: 130,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

const exitCodeOfKind: Record<FailureKind, ExitCode> = {
  auth: exitCodes.notAllowed,
  permission: exitCodes.notAllowed,
  not_found: exitCodes.notFound,
  network: exitCodes.unreachable,
  conflict: exitCodes.failed,
  invalid: exitCodes.failed,
  rate_limited: exitCodes.failed,
  server_error: exitCodes.failed,
}

/** Codes whose exit differs from that of their kind. */
export function exitCodeOf(code: string, kind: FailureKind): ExitCode {
  if (code === 'cli.usage' || code === 'request.invalid' || code === 'submit.invalid_frames')
    return exitCodes.wrongUsage
  if (code === 'cli.interrupted') return exitCodes.interrupted
  return exitCodeOfKind[kind]
}
