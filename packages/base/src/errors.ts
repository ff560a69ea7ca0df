export interface CodedErrorOptions {
  /** Facts for the reader and for scripts: plain JSON, no secrets. */
  details?: Record<string, unknown>
  cause?: unknown
}

/**
 * Every error that Backlot raises on purpose: a stable code, and what happened in this case.
 * What kind of failure a code is and what to do about it stands in one table, `errors.ts` of the contract; whoever
 * shows the error looks it up there. `tools/error-codes.test.ts` holds the codes of the sources against it.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code
  readonly details: Record<string, unknown>

  constructor(code: Code, message: string, options: CodedErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'CodedError'
    this.code = code
    this.details = options.details ?? {}
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
