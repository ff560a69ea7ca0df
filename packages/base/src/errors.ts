/**
 * What kind of failure an error is. One taxonomy from the database to the button a person pressed:
 * HTTP status, CLI exit code and what a client does next all follow from it.
 */
export const failureKinds = [
  'auth', // not signed in, or the sign-in is over: sign in again (HTTP 401)
  'permission', // signed in, but not allowed (403)
  'not_found', // no such thing, or not yours: the two look the same on purpose (404)
  'conflict', // the thing is in a state that forbids this (409)
  'invalid', // the input is wrong; trying again unchanged can't help (400, 413, 422)
  'network', // the other side wasn't reached or didn't answer: trying again can help
  'rate_limited', // too many tries; `details.retryAfterSeconds` says when (429)
  'server_error', // our fault, or our machine's (500, 503, 507)
] as const
export type FailureKind = (typeof failureKinds)[number]

/** An error as it travels: over HTTP, on the CLI's stdout, in a job document. */
export interface ErrorBody {
  code: string
  message: string
  advice: string
  details: Record<string, unknown>
}

export interface CodedErrorOptions {
  kind: FailureKind
  message: string
  /** What the person should do next, as an instruction. */
  advice: string
  details?: Record<string, unknown>
  cause?: unknown
}

/** Every error that Backlot raises on purpose: a stable code, what happened, and what to do about it. */
export class CodedError extends Error {
  readonly code: string
  readonly kind: FailureKind
  readonly advice: string
  readonly details: Record<string, unknown>

  constructor(code: string, options: CodedErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CodedError'
    this.code = code
    this.kind = options.kind
    this.advice = options.advice
    this.details = options.details ?? {}
  }

  /** The shape that crosses a process boundary. Never carries the stack or the cause. */
  toBody(): ErrorBody {
    return { code: this.code, message: this.message, advice: this.advice, details: this.details }
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The `code` of a Node system error (`ENOENT`, `ENOSPC` …), if it is one. */
export function systemCode(thrown: unknown): string | undefined {
  const code = (thrown as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^E[A-Z0-9_]+$/.test(code) ? code : undefined
}
