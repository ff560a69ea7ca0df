import { CodedError, messageOf, systemCode } from '@backlot/base/errors'
import type { DatabaseError } from 'pg'

/** An error that the database server answered, told by its five-character SQLSTATE. */
function sqlState(thrown: unknown): string | undefined {
  const code = (thrown as Partial<DatabaseError> | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : undefined
}

/** Name of the unique constraint or index that a statement violated, if that is what happened. */
export function uniqueViolation(thrown: unknown): string | undefined {
  return sqlState(thrown) === '23505' ? (thrown as DatabaseError).constraint : undefined
}

/** Name of the foreign key that a statement violated, if that is what happened. */
export function foreignKeyViolation(thrown: unknown): string | undefined {
  return sqlState(thrown) === '23503' ? (thrown as DatabaseError).constraint : undefined
}

/** 08: connection exceptions · 57P: shut down, crashed, starting · 53300: too many connections. */
const lostStates = /^(?:08|57P|53300)/
const lostMessages = /Connection terminated|not queryable|timeout exceeded when trying to connect|Client was closed/

/** What went wrong, as callers should see it: a lost or missing server is `database.unreachable`. */
export function translated(thrown: unknown): unknown {
  const lost =
    lostStates.test(sqlState(thrown) ?? '') || systemCode(thrown) !== undefined || lostMessages.test(messageOf(thrown))
  if (!lost || thrown instanceof CodedError) return thrown
  return new CodedError('database.unreachable', 'The database does not answer.', { cause: thrown })
}
