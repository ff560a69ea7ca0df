/** Waits. Rejects with the signal's reason when it is aborted, at once if it already was. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', abort, { once: true })
    function done() {
      signal?.removeEventListener('abort', abort)
      resolve()
    }
    function abort() {
      clearTimeout(timer)
      reject(signal?.reason as Error)
    }
  })
}

export interface BackoffOptions {
  /** Milliseconds before the second try. */
  first: number
  /** No wait is longer. Milliseconds. */
  longest: number
}

/**
 * How long to wait before try number `attempt` (1 is the first repetition): doubles, with full jitter over its upper
 * half, so that a thousand workers that lost one server do not all come back in the same millisecond.
 */
export function backoff(
  attempt: number,
  { first, longest }: BackoffOptions,
  random: () => number = Math.random,
): number {
  const ceiling = Math.min(longest, first * 2 ** (attempt - 1))
  return ceiling / 2 + (random() * ceiling) / 2
}

export interface RetryOptions extends BackoffOptions {
  tries: number
  /** Whether this failure may pass by itself. */
  isRetryable: (error: unknown) => boolean
  signal?: AbortSignal
  onRetry?: (error: unknown, attempt: number, waitMilliseconds: number) => void
}

/** Does it again, with growing pauses, while it fails in a way that may pass. Throws the last failure. */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt)
    } catch (error) {
      if (attempt >= options.tries || options.signal?.aborted || !options.isRetryable(error)) throw error
      const wait = backoff(attempt, options)
      options.onRetry?.(error, attempt, wait)
      await sleep(wait, options.signal)
    }
  }
}
