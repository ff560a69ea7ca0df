import { z } from 'zod'
import { type ErrorCode, type ErrorDefinition, errorTable, type FailureKind, isErrorCode, statusOf } from './errors.ts'

/** An error as it travels: the body of every failed response, and what the CLI prints with `--json`. */
export const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    advice: z.string(),
    details: z.record(z.string(), z.unknown()),
  }),
})
export type ErrorBody = z.infer<typeof errorBody>

export interface DescribedError {
  code: ErrorCode
  kind: FailureKind
  status: number
  body: ErrorBody
}

/**
 * What to tell about anything that was thrown. An error with a code of the table keeps its message and gets kind and
 * advice from the table; everything else is `server.internal`, and nothing of it is shown: it may hold secrets.
 */
export function describeError(thrown: unknown): DescribedError {
  const error = thrown as { code?: unknown; message?: unknown; details?: unknown } | null
  const known = typeof error?.code === 'string' && isErrorCode(error.code)
  const code = known ? (error.code as ErrorCode) : 'server.internal'
  const definition: ErrorDefinition = errorTable[code]
  return {
    code,
    kind: definition.kind,
    status: statusOf(code),
    body: {
      error: {
        code,
        message: known && typeof error.message === 'string' && error.message !== '' ? error.message : definition.title,
        advice: definition.advice,
        details: known && isRecord(error.details) ? error.details : {},
      },
    },
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
