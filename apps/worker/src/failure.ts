import { failureCauseOf } from '@backlot/blender/failures'
import { CodedError, messageOf, systemCode } from '@backlot/base/errors'
import { ApiError } from '@backlot/contract/client'
import type { FailureCause } from '@backlot/contract/schemas/farm'

export interface Failure {
  cause: FailureCause
  code: string
  message: string
}

const messageLimit = 4000

/** What failed, as the farm counts it: the cause decides whether and where the task is tried again. */
export function describeFailure(error: unknown): Failure {
  const { cause, code } = classify(error)
  return { cause, code, message: messageOf(error).slice(0, messageLimit) || code }
}

function classify(error: unknown): Omit<Failure, 'message'> {
  if (isDiskFull(error)) return { cause: 'disk_full', code: 'render.disk_full' }
  if (error instanceof ApiError) {
    if (error.code === 'blob.not_found' || error.code === 'tree.not_found')
      return { cause: 'missing_asset', code: 'render.missing_asset' }
    return { cause: error.kind === 'network' ? 'network' : 'host', code: error.code }
  }
  if (error instanceof CodedError && error.code === 'pack.invalid_archive') return { cause: 'scene', code: error.code }
  if (error instanceof CodedError) return { cause: failureCauseOf(error), code: error.code }
  return { cause: 'host', code: 'render.host_error' }
}

/** Also when a library has wrapped the system's error. */
export function isDiskFull(error: unknown): boolean {
  if (error instanceof CodedError && (error.code === 'transfer.disk_full' || error.code === 'render.disk_full'))
    return true
  if (['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '')) return true
  return error instanceof Error && error.cause !== undefined && isDiskFull(error.cause)
}
