import { retry } from '@backlot/base/wait'
import { ApiError } from '@backlot/contract/client'

export interface PatienceOptions {
  signal?: AbortSignal
  onRetry?: (error: unknown, attempt: number, waitMilliseconds: number) => void
  first?: number
  longest?: number
}

/** Failures that pass when the network, the server or its disk come back. */
const passingCodes = new Set(['server.unavailable', 'storage.unavailable', 'storage.disk_full'])

export function mayPass(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.kind === 'network' || error.kind === 'rate_limited' || passingCodes.has(error.code))
  )
}

/** What may pass or be a defect that never does, so often it is tried: an inner error, an answer that broke off. */
const triesInDoubt = 6

/**
 * Asks again until the server answers, for as long as it is away: a frame that took hours is never thrown away because of
 * an outage. Ends with the signal, and with any answer that will not change by waiting.
 */
export function persist<T>(work: () => Promise<T>, options: PatienceOptions = {}): Promise<T> {
  const { first = 250, longest = 15_000, ...rest } = options
  let doubtful = 0
  const isRetryable = (error: unknown) => mayPass(error) || (isDoubtful(error) && ++doubtful < triesInDoubt)
  return retry(work, { first, longest, tries: Number.POSITIVE_INFINITY, isRetryable, ...rest })
}

function isDoubtful(error: unknown): boolean {
  if (error instanceof ApiError) return error.code === 'server.internal'
  return error instanceof TypeError || error instanceof SyntaxError
}
