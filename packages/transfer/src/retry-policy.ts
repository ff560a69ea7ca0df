import { retry, type RetryOptions } from '@backlot/base/wait'
import { ApiError } from '@backlot/contract/client'

/** What a server that restarts or a network that drops out may cost: about 40 seconds before a transfer gives up. */
export const defaultRetries = { tries: 12, first: 200, longest: 5000 }
export type Retries = Partial<typeof defaultRetries>

/** Whether the same request may succeed a moment later. */
export function mayPass(error: unknown): boolean {
  if (error instanceof ApiError) {
    if (error.code === 'storage.disk_full') return false
    return error.kind === 'network' || error.kind === 'rate_limited' || error.kind === 'server_error'
  }
  // What `fetch` throws when the connection breaks within an answer.
  return error instanceof TypeError
}

/** Repeats a request while it fails in a way that may pass. */
export function withRetries<T>(
  work: () => Promise<T>,
  retries: Retries | undefined,
  signal: AbortSignal | undefined,
  onRetry?: RetryOptions['onRetry'],
): Promise<T> {
  return retry(work, {
    ...defaultRetries,
    ...retries,
    isRetryable: mayPass,
    ...(signal ? { signal } : {}),
    ...(onRetry ? { onRetry } : {}),
  })
}
