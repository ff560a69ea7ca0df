import type { Content, Page } from '../content/content.ts'
import { BlendFileError, corrupt, truncated } from '../errors.ts'
import type { BlockCode } from './block-code.ts'
import { DNA1, ENDB } from './block-code.ts'
import type { BlendHeader } from './header.ts'
import { blockHeadBytes } from './header.ts'

/** Heads of all blocks of a file, in file order; struct of arrays (36 bytes a block), read without their data. */
export interface BlockIndex {
  readonly count: number
  readonly codes: Uint32Array
  /** Which struct of the SDNA the block holds. Not checked: ask `BlendFile.structOf`. */
  readonly structs: Int32Array
  /** How many structs of that type follow each other. */
  readonly elements: Float64Array
  readonly addressLow: Uint32Array
  readonly addressHigh: Uint32Array
  /** Where the block's data is in the uncompressed content. */
  readonly offsets: Float64Array
  readonly lengths: Float64Array
  /** Number of the DNA1 block. */
  readonly dna: number
}

export interface ScanOptions {
  /** More blocks than this are `blend.too_large`; bounds what a small compressed file can make us allocate. */
  maxBlocks: number
  signal?: AbortSignal
}

/** Reads all block heads. Throws `blend.truncated`, `blend.corrupt`, `blend.too_large`. */
export async function scanBlocks(content: Content, header: BlendHeader, options: ScanOptions): Promise<BlockIndex> {
  const headBytes = blockHeadBytes[header.blockHead]
  const end = content.length ?? Number.POSITIVE_INFINITY
  const heads = new HeadReader(header, end, options.maxBlocks)
  for (let position = header.length; !heads.isDone;) {
    if (position + headBytes > end) throw truncated('a block head', end)
    options.signal?.throwIfAborted()
    const page = await content.pass(position)
    if (page === undefined) throw truncated('a block head', position)
    const next = heads.read(page, position)
    if (next > position || heads.isDone) {
      position = next
      continue
    }
    // A head that reaches over the page's end.
    position = heads.read({ start: position, bytes: await content.read(position, headBytes, 'a block head') }, position)
  }
  return heads.finish()
}

/** Where what is in a head: bytes from its start. */
const layouts = {
  BHead4: { length: 4, addressBytes: 4, struct: 12, elements: 16, isLong: false },
  SmallBHead8: { length: 4, addressBytes: 8, struct: 16, elements: 20, isLong: false },
  LargeBHead8: { length: 16, addressBytes: 8, struct: 4, elements: 24, isLong: true },
} as const
const addressAt = 8

/** Real files have a block for every 2.5 KB. */
const bytesPerBlock = 2048
/** What is set aside for them at once, at most: 9 MB of memory. */
const mostAtOnce = 262_144

class HeadReader {
  /** The last head was read. */
  isDone = false
  readonly #header: BlendHeader
  readonly #end: number
  readonly #maxBlocks: number
  #count = 0
  #dna = -1
  #columns: Columns

  constructor(header: BlendHeader, end: number, maxBlocks: number) {
    this.#header = header
    this.#end = end
    this.#maxBlocks = maxBlocks
    this.#columns = newColumns(Math.min(mostAtOnce, 16 + Math.ceil((Number.isFinite(end) ? end : 1e7) / bytesPerBlock)))
  }

  /**
   * Reads heads from `position` on as long as they are within the page. Returns where the next one is. One loop without
   * calls: a file has 200,000 heads, and half of what they took was making so many small functions fast.
   */
  read({ start, bytes }: Page, position: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const { littleEndian, blockHead } = this.#header
    const layout = layouts[blockHead]
    const headBytes = blockHeadBytes[blockHead]
    const low = littleEndian ? 0 : 4
    const last = bytes.length - headBytes
    const end = this.#end
    let { codes, structs, elements, addressLow, addressHigh, offsets, lengths } = this.#columns
    let block = this.#count
    let at = position - start
    while (at <= last) {
      let code = view.getUint32(at, true)
      // Codes are stored as integers: a big-endian file has `\0\0OB` where a little-endian one has `OB\0\0`.
      if (!littleEndian && (code & 0xffff) === 0) code >>>= 16
      if (code === ENDB) {
        this.isDone = true
        break
      }
      if (block === codes.length) {
        this.#count = block
        ;({ codes, structs, elements, addressLow, addressHigh, offsets, lengths } = this.#grow())
      }
      const address = at + addressAt
      if (layout.addressBytes === 8) {
        addressLow[block] = view.getUint32(address + low, littleEndian)
        addressHigh[block] = view.getUint32(address + 4 - low, littleEndian)
      } else addressLow[block] = view.getUint32(address, littleEndian)
      let length = view.getInt32(at + layout.length + (layout.isLong ? low : 0), littleEndian)
      let count = view.getInt32(at + layout.elements + (layout.isLong ? low : 0), littleEndian)
      if (layout.isLong) {
        // Exact up to 2^53; beyond that it is no length that a file can have.
        length = view.getInt32(at + layout.length + 4 - low, littleEndian) * 2 ** 32 + (length >>> 0)
        count = view.getInt32(at + layout.elements + 4 - low, littleEndian) * 2 ** 32 + (count >>> 0)
      }
      at += headBytes
      const offset = start + at
      if (code === 0 || length < 0 || offset + length > end) throw this.#wrong(code, block, offset, length)
      codes[block] = code
      structs[block] = view.getInt32(at - headBytes + layout.struct, littleEndian)
      elements[block] = count
      offsets[block] = offset
      lengths[block] = length
      if (code === DNA1 && this.#dna === -1) this.#dna = block
      block++
      at += length
    }
    this.#count = block
    return start + at
  }

  finish(): BlockIndex {
    if (this.#dna === -1) throw corrupt('it has no DNA1 block, which describes all the others')
    return { ...resized(this.#columns, this.#count), count: this.#count, dna: this.#dna }
  }

  #wrong(code: BlockCode, block: number, offset: number, length: number): BlendFileError {
    if (code === 0) return corrupt('a block has no code', offset)
    if (length < 0) return corrupt('a block has a negative length', offset)
    return truncated(`block ${block}`, this.#end)
  }

  #grow(): Columns {
    if (this.#count >= this.#maxBlocks) {
      throw new BlendFileError('blend.too_large', `The .blend has more than ${this.#maxBlocks} blocks.`, {
        details: { maxBlocks: this.#maxBlocks },
      })
    }
    this.#columns = resized(this.#columns, Math.min(this.#count * 2, this.#maxBlocks))
    return this.#columns
  }
}

type Columns = Omit<BlockIndex, 'count' | 'dna'>

function newColumns(length: number): Columns {
  return {
    codes: new Uint32Array(length),
    structs: new Int32Array(length),
    elements: new Float64Array(length),
    addressLow: new Uint32Array(length),
    addressHigh: new Uint32Array(length),
    offsets: new Float64Array(length),
    lengths: new Float64Array(length),
  }
}

/** Grown ones are copies, cut ones are views. */
function resized(columns: Columns, length: number): Columns {
  if (length <= columns.codes.length) {
    return {
      codes: columns.codes.subarray(0, length),
      structs: columns.structs.subarray(0, length),
      elements: columns.elements.subarray(0, length),
      addressLow: columns.addressLow.subarray(0, length),
      addressHigh: columns.addressHigh.subarray(0, length),
      offsets: columns.offsets.subarray(0, length),
      lengths: columns.lengths.subarray(0, length),
    }
  }
  const grown = newColumns(length)
  grown.codes.set(columns.codes)
  grown.structs.set(columns.structs)
  grown.elements.set(columns.elements)
  grown.addressLow.set(columns.addressLow)
  grown.addressHigh.set(columns.addressHigh)
  grown.offsets.set(columns.offsets)
  grown.lengths.set(columns.lengths)
  return grown
}
