import { CodedError, systemCode } from '@backlot/base/errors'
import type { ErrorCode } from '@backlot/contract/errors'

const full = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
const unavailable = new Set(['EIO', 'EROFS', 'EACCES', 'EPERM', 'EMFILE', 'ENFILE', 'ESTALE'])
/** SQLSTATE of a database that shares the full disk. */
const databaseFull = '53100'

/** What went wrong below, as a client should see it: a full disk and a store that fails have codes of their own. */
export function asStorageError(thrown: unknown): unknown {
  const code = systemCode(thrown) ?? (thrown as { code?: unknown } | null)?.code
  if (typeof code !== 'string') return thrown
  if (full.has(code) || code === databaseFull) return diskFull(thrown)
  if (unavailable.has(code)) return storageError('storage.unavailable', `The file system answered ${code}.`, thrown)
  return thrown
}

export function diskFull(cause?: unknown): CodedError<ErrorCode> {
  return storageError('storage.disk_full', "The disk of the server's storage is full. What was sent is kept.", cause)
}

function storageError(code: ErrorCode, message: string, cause: unknown): CodedError<ErrorCode> {
  return new CodedError<ErrorCode>(code, message, { cause })
}
