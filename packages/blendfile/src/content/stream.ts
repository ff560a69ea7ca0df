import { BlendFileError, corrupt } from '../errors.ts'
import type { Page, PageLoader } from './content.ts'
import type { WorkMeter } from './expansion.ts'
import { tooLong } from './expansion.ts'

const pageBytes = 1024 * 1024

/**
 * Pages of content that can only be decompressed from its start (gzip, zstd without usable frames). Going back before
 * what the cache still has starts over, so memory stays bounded whatever the file expands to. More content than `maxBytes` is
 * `blend.too_large`.
 */
export function streamLoader(
  open: () => AsyncIterable<Uint8Array>,
  maxBytes: number,
  work: WorkMeter,
  close: () => Promise<void>,
): PageLoader {
  let chunks: AsyncIterator<Uint8Array> | undefined
  let next = 0 // offset of the page that the stream gives next
  let rest: Uint8Array = new Uint8Array(0) // decompressed, but beyond that
  let length: number | undefined
  let failure: unknown

  const restart = async (): Promise<void> => {
    await chunks?.return?.()
    chunks = open()[Symbol.asyncIterator]()
    next = 0
    rest = new Uint8Array(0)
    failure = undefined
  }

  const nextPage = async (): Promise<Page> => {
    const parts: Uint8Array[] = []
    let filled = 0
    while (filled < pageBytes) {
      if (rest.length === 0) {
        const { done, value } = await pull(chunks!).catch((error: unknown) => {
          // What came before is good: a file ends where its last block does, whatever lies behind.
          failure = error
          return { done: true, value: undefined }
        })
        if (done) break
        rest = value as Uint8Array
        work.add(rest.length)
        continue
      }
      const part = rest.subarray(0, pageBytes - filled)
      parts.push(part)
      filled += part.length
      rest = rest.subarray(part.length)
    }
    const page = { start: next, bytes: joined(parts, filled), failure }
    next += filled
    if (filled < pageBytes && failure === undefined) length = next
    if (next > maxBytes) throw tooLong(maxBytes)
    return page
  }

  const load = async (start: number): Promise<Page | undefined> => {
    if (length !== undefined && start >= length) return undefined
    if (chunks === undefined || start < next) await restart()
    for (;;) {
      const page = await nextPage()
      if (page.bytes.length === 0 && page.failure !== undefined) throw page.failure
      if (page.start === start) return page.bytes.length === 0 ? undefined : page
      if (page.bytes.length < pageBytes) {
        if (page.failure !== undefined) throw page.failure
        return undefined
      }
    }
  }

  let turn: Promise<unknown> = Promise.resolve()
  return {
    get length() {
      return length
    },
    pageStart: (offset) => offset - (offset % pageBytes),
    load(start) {
      // One after the other: they share the stream's state.
      const page = turn.then(() => load(start))
      turn = page.catch(() => undefined)
      return page
    },
    async close() {
      await chunks?.return?.()
      chunks = undefined
      await close()
    },
  }
}

/** Copied, so that a page does not hold on to chunks that are larger than it is. */
function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}

async function pull(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next()
  } catch (cause) {
    if (cause instanceof BlendFileError) throw cause
    throw Object.assign(corrupt('its compressed stream cannot be decompressed'), { cause })
  }
}
