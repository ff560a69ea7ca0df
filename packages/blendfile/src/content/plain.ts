import type { ByteSource } from '../byte-source.ts'
import { readBytes } from '../byte-source.ts'
import type { Page, PageLoader } from './content.ts'

/** Up to this size a file is read with one call and stays in memory while it is open. */
const wholeFileBytes = 4 * 1024 * 1024
const pageBytes = 256 * 1024
/** Reading so much takes as long as another call (about 20 µs). */
const worthAJump = 128 * 1024
const windowBytes = { smallest: 64 * 1024, largest: 512 * 1024 }

/** Pages of an uncompressed file. */
export function plainLoader(source: ByteSource): PageLoader {
  const { size } = source
  const close = () => source.close()
  const load = async (start: number, length: number): Promise<Page | undefined> => {
    const bytes = await readBytes(source, start, length)
    return bytes.length === 0 ? undefined : { start, bytes }
  }
  if (size <= wholeFileBytes) {
    return { length: size, pageStart: () => 0, load: (start) => load(start, size), close }
  }
  return {
    length: size,
    pageStart: (offset) => offset - (offset % pageBytes),
    load: (start) => load(start, pageBytes),
    window: windowOf(source),
    close,
  }
}

/**
 * One re-used buffer that slides over the file. Its reach doubles while heads are near each other and falls back when a
 * large block was jumped over: small blocks cost one call per 512 KiB, large ones little more than their heads.
 */
function windowOf(source: ByteSource): (offset: number) => Promise<Page | undefined> {
  const buffer = new Uint8Array(windowBytes.largest)
  let reach = windowBytes.smallest
  let end: number | undefined
  return async (offset) => {
    if (end !== undefined) {
      reach = offset - end >= worthAJump ? windowBytes.smallest : Math.min(reach * 2, windowBytes.largest)
    }
    const count = await source.read(buffer.subarray(0, Math.max(0, Math.min(reach, source.size - offset))), offset)
    end = offset + count
    return count === 0 ? undefined : { start: offset, bytes: buffer.subarray(0, count) }
  }
}
