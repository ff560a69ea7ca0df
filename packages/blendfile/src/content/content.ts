import { truncated } from '../errors.ts'
import { discard } from './discard.ts'

/** A run of consecutive uncompressed bytes. */
export interface Page {
  /** Offset of the first byte in the uncompressed content. */
  readonly start: number
  readonly bytes: Uint8Array
  /** Why there is no more, where it is not the end. */
  readonly failure?: unknown
}

/** Where pages come from: straight from a source, or out of a compressed one. */
export interface PageLoader {
  /** Length of the uncompressed content, where it is known without reading everything. */
  readonly length: number | undefined
  /** Where the page that holds `offset` starts. */
  pageStart(offset: number): number
  /** The page that starts there; undefined past the end. */
  load(start: number): Promise<Page | undefined>
  /** For a pass over everything: bytes around `offset`, in a buffer that the next call may re-use. */
  window?(offset: number): Promise<Page | undefined>
  close(): Promise<void>
}

/** What a content may keep in memory. Pages are 256 KiB (plain), a frame (zstd, mostly 1 MiB) or 1 MiB (gzip). */
export const defaultCacheBytes = 32 * 1024 * 1024

/**
 * The uncompressed bytes of a .blend, read page by page with a small least-recently-used cache, so that memory does
 * not grow with the file. What is cached is reached synchronously (`peek`), which is what makes small files fast.
 */
export class Content {
  readonly #loader: PageLoader
  readonly #budget: number
  readonly #pages = new Map<number, Page>()
  #cached = 0
  #last: Page | undefined

  constructor(loader: PageLoader, cacheBytes: number = defaultCacheBytes) {
    this.#loader = loader
    this.#budget = cacheBytes
  }

  /** Length in bytes, where it is known without reading everything. */
  get length(): number | undefined {
    return this.#loader.length
  }

  /** A view of cached bytes, or undefined if they are not all in one cached page. */
  peek(offset: number, length: number): Uint8Array | undefined {
    let page = this.#last
    if (page === undefined || !holds(page, offset, length)) {
      page = this.#pages.get(this.#loader.pageStart(offset))
      if (page === undefined || !holds(page, offset, length)) return undefined
      this.#touch(page)
    }
    const from = offset - page.start
    return page.bytes.subarray(from, from + length)
  }

  /** Exactly `length` bytes; `blend.truncated` if the content ends before. */
  async read(offset: number, length: number, what = 'a block'): Promise<Uint8Array> {
    const cached = this.peek(offset, length)
    if (cached !== undefined) return cached
    if (this.length !== undefined && offset + length > this.length) throw truncated(what, this.length)
    let copied = 0
    let target: Uint8Array | undefined
    while (copied < length) {
      const position = offset + copied
      const page = await this.#page(position)
      if (page === undefined || !holds(page, position, 1)) throw page?.failure ?? truncated(what, position)
      const from = position - page.start
      const part = page.bytes.subarray(from, from + length - copied)
      if (part.length === length) return part
      // Allocated only once the first bytes are there: a length that lies costs nothing.
      target ??= new Uint8Array(length)
      target.set(part, copied)
      copied += part.length
    }
    return target ?? new Uint8Array(0)
  }

  /** The page that holds `offset` for a pass over everything: valid until the next call, undefined past the end. */
  async pass(offset: number): Promise<Page | undefined> {
    const page = this.#loader.window === undefined ? await this.#page(offset) : await this.#loader.window(offset)
    if (page === undefined || holds(page, offset, 1)) return page
    if (page.failure !== undefined) throw page.failure
    return undefined
  }

  /** Lets go of all cached pages, and views of them; they are read again when needed. */
  release(): void {
    for (const { bytes } of this.#pages.values()) discard(bytes)
    this.#pages.clear()
    this.#last = undefined
    this.#cached = 0
  }

  async close(): Promise<void> {
    this.release()
    await this.#loader.close()
  }

  async #page(offset: number): Promise<Page | undefined> {
    const start = this.#loader.pageStart(offset)
    const cached = this.#pages.get(start)
    if (cached !== undefined) {
      this.#touch(cached)
      return cached
    }
    const page = await this.#loader.load(start)
    if (page !== undefined) this.#keep(page)
    return page
  }

  #keep(page: Page): void {
    this.#pages.set(page.start, page)
    this.#cached += page.bytes.length
    this.#last = page
    for (const [start, old] of this.#pages) {
      if (this.#cached <= this.#budget || old === page) break
      this.#pages.delete(start)
      this.#cached -= old.bytes.length
    }
  }

  #touch(page: Page): void {
    this.#pages.delete(page.start)
    this.#pages.set(page.start, page)
    this.#last = page
  }
}

function holds(page: Page, offset: number, length: number): boolean {
  return offset >= page.start && offset + length <= page.start + page.bytes.length
}
