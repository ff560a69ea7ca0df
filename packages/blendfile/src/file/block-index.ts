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
  const blocks = new BlockList(header, end)
  let page: Page | undefined
  let view: DataView = new DataView(new ArrayBuffer(0))
  let position = header.length
  for (;;) {
    if (position + headBytes > end) throw truncated('a block head', end)
    let at = page === undefined ? -1 : position - page.start
    if (at < 0 || at + headBytes > view.byteLength) {
      options.signal?.throwIfAborted()
      page = await content.pass(position)
      if (page === undefined) throw truncated('a block head', position)
      const { buffer, byteOffset, byteLength } = page.bytes
      view = new DataView(buffer, byteOffset, byteLength)
      at = position - page.start
      if (at + headBytes > byteLength) {
        const head = await content.read(position, headBytes, 'a block head')
        view = new DataView(head.buffer, head.byteOffset, headBytes)
        page = { start: position, bytes: head }
        at = 0
      }
    }
    if (blocks.count >= options.maxBlocks) {
      throw new BlendFileError('blend.too_large', `The .blend has more than ${options.maxBlocks} blocks.`, {
        details: { maxBlocks: options.maxBlocks },
      })
    }
    const next = blocks.add(view, at, position + headBytes)
    if (next === undefined) break
    position = next
  }
  return blocks.finish()
}

class BlockList {
  count = 0
  readonly #header: BlendHeader
  readonly #end: number
  #dna = -1
  #codes: Uint32Array
  #structs: Int32Array
  #elements: Float64Array
  #addressLow: Uint32Array
  #addressHigh: Uint32Array
  #offsets: Float64Array
  #lengths: Float64Array

  constructor(header: BlendHeader, end: number) {
    this.#header = header
    this.#end = end
    // About one block per 2.5 KB in real files.
    const capacity = Math.min(4096, Math.ceil(Math.min(end, 1e7) / 1024) + 16)
    this.#codes = new Uint32Array(capacity)
    this.#structs = new Int32Array(capacity)
    this.#elements = new Float64Array(capacity)
    this.#addressLow = new Uint32Array(capacity)
    this.#addressHigh = new Uint32Array(capacity)
    this.#offsets = new Float64Array(capacity)
    this.#lengths = new Float64Array(capacity)
  }

  /** Reads the head at `at` whose data starts at `offset`. Returns where the next head is; undefined after the last. */
  add(view: DataView, at: number, offset: number): number | undefined {
    const { littleEndian, blockHead } = this.#header
    const code = readCode(view, at, littleEndian)
    if (code === ENDB) return undefined
    if (this.count === this.#codes.length) this.#grow()
    const block = this.count++
    this.#codes[block] = code
    let length: number
    if (blockHead === 'LargeBHead8') {
      this.#structs[block] = view.getInt32(at + 4, littleEndian)
      this.#setAddress(block, view, at + 8)
      length = readInt64(view, at + 16, littleEndian)
      this.#elements[block] = readInt64(view, at + 24, littleEndian)
    } else {
      const afterAddress = at + (blockHead === 'BHead4' ? 12 : 16)
      length = view.getInt32(at + 4, littleEndian)
      if (blockHead === 'BHead4') this.#addressLow[block] = view.getUint32(at + 8, littleEndian)
      else this.#setAddress(block, view, at + 8)
      this.#structs[block] = view.getInt32(afterAddress, littleEndian)
      this.#elements[block] = view.getInt32(afterAddress + 4, littleEndian)
    }
    this.#check(code, block, offset, length)
    this.#offsets[block] = offset
    this.#lengths[block] = length
    if (code === DNA1 && this.#dna === -1) this.#dna = block
    return offset + length
  }

  finish(): BlockIndex {
    if (this.#dna === -1) throw corrupt('it has no DNA1 block, which describes all the others')
    const { count } = this
    return {
      count,
      codes: this.#codes.subarray(0, count),
      structs: this.#structs.subarray(0, count),
      elements: this.#elements.subarray(0, count),
      addressLow: this.#addressLow.subarray(0, count),
      addressHigh: this.#addressHigh.subarray(0, count),
      offsets: this.#offsets.subarray(0, count),
      lengths: this.#lengths.subarray(0, count),
      dna: this.#dna,
    }
  }

  #setAddress(block: number, view: DataView, at: number): void {
    const { littleEndian } = this.#header
    this.#addressLow[block] = view.getUint32(littleEndian ? at : at + 4, littleEndian)
    this.#addressHigh[block] = view.getUint32(littleEndian ? at + 4 : at, littleEndian)
  }

  #check(code: BlockCode, block: number, offset: number, length: number): void {
    if (code === 0) throw corrupt('a block has no code', offset)
    if (length < 0) throw corrupt('a block has a negative length', offset)
    if (offset + length > this.#end) throw truncated(`block ${block}`, this.#end)
  }

  #grow(): void {
    const capacity = this.#codes.length * 2
    this.#codes = copyInto(new Uint32Array(capacity), this.#codes)
    this.#structs = copyInto(new Int32Array(capacity), this.#structs)
    this.#elements = copyInto(new Float64Array(capacity), this.#elements)
    this.#addressLow = copyInto(new Uint32Array(capacity), this.#addressLow)
    this.#addressHigh = copyInto(new Uint32Array(capacity), this.#addressHigh)
    this.#offsets = copyInto(new Float64Array(capacity), this.#offsets)
    this.#lengths = copyInto(new Float64Array(capacity), this.#lengths)
  }
}

function copyInto<A extends Uint32Array | Int32Array | Float64Array>(target: A, from: A): A {
  target.set(from)
  return target
}

/** Codes are stored as integers: a big-endian file has `\0\0OB` where a little-endian one has `OB\0\0`. */
function readCode(view: DataView, at: number, littleEndian: boolean): BlockCode {
  const code = view.getUint32(at, true)
  return !littleEndian && (code & 0xffff) === 0 ? code >>> 16 : code
}

/** Exact up to 2^53; beyond that it is no length that a file can have. */
function readInt64(view: DataView, at: number, littleEndian: boolean): number {
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian)
  const high = view.getInt32(littleEndian ? at + 4 : at, littleEndian)
  return high * 2 ** 32 + low
}
