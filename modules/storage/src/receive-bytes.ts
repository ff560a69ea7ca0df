import type { Readable } from 'node:stream'
import { packLimit, partSize } from '@backlot/contract/schemas/storage'

interface Incoming {
  bytes: NodeJS.ReadableStream
  headers: Readonly<Record<string, string | undefined>>
}

/** An honest client never sends more in one body. */
const drainLimit = Math.max(packLimit, partSize)

/**
 * Hands a request's body to `work`. When that fails, the rest is still read, up to what a client may send at all: one
 * that is told "disk full" while it sends would otherwise see a broken connection instead of the reason.
 */
export async function receiveBytes<T>(
  { bytes }: Incoming,
  work: (source: AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<T> {
  const source = () => (bytes as Readable).iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>
  try {
    return await work(source())
  } catch (error) {
    await drain(source()).catch(() => {}) // the client is gone: nobody to tell
    throw error
  }
}

/** Of the body in bytes, when the client says so. */
export function announcedLength({ headers }: Incoming): number | undefined {
  const length = headers['content-length']
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined
}

export async function drain(source: AsyncIterable<Uint8Array>): Promise<void> {
  let seen = 0
  for await (const chunk of source) {
    seen += chunk.length
    if (seen > drainLimit) return
  }
}
