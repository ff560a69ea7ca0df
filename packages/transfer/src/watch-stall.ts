import { ApiError } from '@backlot/contract/client'

export interface StallOptions {
  signal?: AbortSignal | undefined
  /** Default 60. */
  stallSeconds?: number | undefined
}

/** Aborts a request when nothing arrived for too long: a connection that died in silence is noticed. */
export function watchStall({ signal, stallSeconds = 60 }: StallOptions) {
  const stalled = new AbortController()
  const stop = () =>
    stalled.abort(new ApiError('network.unreachable', `The server sent nothing for ${stallSeconds} seconds.`))
  let timer = setTimeout(stop, stallSeconds * 1000)
  return {
    signal: signal ? AbortSignal.any([signal, stalled.signal]) : stalled.signal,
    moved() {
      clearTimeout(timer)
      timer = setTimeout(stop, stallSeconds * 1000)
    },
    end: () => clearTimeout(timer),
    /** What to throw instead of an abort that this made. */
    reason: (): unknown => (stalled.signal.aborted && !signal?.aborted ? stalled.signal.reason : undefined),
  }
}
