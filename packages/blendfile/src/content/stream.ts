import { BlendFileError, corrupt } from '../errors.ts'
import type { Page, PageLoader } from './content.ts'

const pageBytes = 1024 * 1024

/**
 * Pages of content that can only be decompressed from its start (gzip, zstd without usable frames). Going back before
 * what the cache still has starts over, so memory stays bounded whatever the file expands to.
 *
 * `maxBytes`: more content than this is `blend.too_large`.
 */
export function streamLoader(
  open: () => AsyncIterable<Uint8Array>,
  maxBytes: number,
  close: () => Promise<void>,
): PageLoader {
  let chunks: AsyncIterator<Uint8Array> | undefined
  let next = 0 // offset of the page that the stream gives next
  let rest: Uint8Array = new Uint8Array(0) // decompressed, but beyond that
  let length: number | undefined

  const restart = async (): Promise<void> => {
    await chunks?.return?.()
    chunks = open()[Symbol.asyncIterator]()
    next = 0
    rest = new Uint8Array(0)
  }

  const nextPage = async (): Promise<Page> => {
    const bytes = new Uint8Array(pageBytes)
    let filled = 0
    while (filled < pageBytes) {
      if (rest.length === 0) {
        const { done, value } = await pull(chunks!)
        if (done) break
        rest = value
        continue
      }
      const part = rest.subarray(0, pageBytes - filled)
      bytes.set(part, filled)
      filled += part.length
      rest = rest.subarray(part.length)
    }
    const page = { start: next, bytes: filled === pageBytes ? bytes : bytes.slice(0, filled) }
    next += filled
    if (filled < pageBytes) length = next
    if (next > maxBytes) {
      throw new BlendFileError('blend.too_large', `The .blend expands to more than ${maxBytes} bytes.`, {
        details: { maxBytes },
      })
    }
    return page
  }

  return {
    get length() {
      return length
    },
    pageStart: (offset) => offset - (offset % pageBytes),
    async load(start) {
      if (length !== undefined && start >= length) return undefined
      if (chunks === undefined || start < next) await restart()
      for (;;) {
        const page = await nextPage()
        if (page.start === start) return page.bytes.length === 0 ? undefined : page
        if (page.bytes.length < pageBytes) return undefined
      }
    },
    async close() {
      await chunks?.return?.()
      chunks = undefined
      await close()
    },
  }
}

async function pull(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next()
  } catch (cause) {
    if (cause instanceof BlendFileError) throw cause
    throw Object.assign(corrupt('its compressed stream cannot be decompressed'), { cause })
  }
}
