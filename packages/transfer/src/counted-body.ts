import { ApiError } from '@backlot/contract/client'

/** So much is handed to the connection at once: small enough for a smooth progress bar on a slow line. Bytes. */
const pieceBytes = 256 * 1024

/**
 * Sends a buffer so that its progress can be seen and a connection that died in silence is noticed: when nothing moves
 * for `stallSeconds`, the request ends with `network.unreachable`, which may be retried.
 *
 * `onBytes` is called as the connection takes bytes, and with a negative number when the request fails.
 */
export async function sendCounted<T>(
  bytes: Uint8Array,
  { signal, onBytes, stallSeconds }: { signal: AbortSignal; onBytes: (bytes: number) => void; stallSeconds: number },
  send: (
    body: ReadableStream<Uint8Array>,
    options: { signal: AbortSignal; headers: Record<string, string> },
  ) => Promise<T>,
): Promise<T> {
  const stalled = new AbortController()
  const stop = () =>
    stalled.abort(
      new ApiError('network.unreachable', `Nothing was received by the server for ${stallSeconds} seconds.`),
    )
  let timer = setTimeout(stop, stallSeconds * 1000)
  let sent = 0
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        clearTimeout(timer)
        timer = setTimeout(stop, stallSeconds * 1000)
        const piece = bytes.subarray(sent, sent + pieceBytes)
        if (piece.length === 0) return controller.close()
        sent += piece.length
        onBytes(piece.length)
        controller.enqueue(piece)
      },
    },
    { highWaterMark: 0 },
  )
  try {
    const headers = { 'content-length': String(bytes.length) }
    return await send(body, { signal: AbortSignal.any([signal, stalled.signal]), headers })
  } catch (error) {
    onBytes(-sent)
    throw stalled.signal.aborted && !signal.aborted ? stalled.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}
