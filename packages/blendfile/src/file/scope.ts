import { AddressMap } from './address-map.ts'
import type { BlendFile } from './blend-file.ts'
import type { Pointer, StructView } from './struct-view.ts'
import { readPointer } from './struct-view.ts'

/** Lists longer than this are damage: no file has a million strips or tiles. */
const longestList = 1_000_000
/** Longer than any path. */
const longestText = 64 * 1024
/** Up to here a linear search beats building a map. */
const fewBlocks = 16

/** An ID data-block with the DATA blocks that follow it: where its pointers to DATA lead. */
export class Scope {
  readonly file: BlendFile
  /** Block number of the ID. */
  readonly id: number
  /** Block number after the last DATA block. */
  readonly end: number
  #addresses: AddressMap | undefined

  constructor(file: BlendFile, id: number, end: number) {
    this.file = file
    this.id = id
    this.end = end
  }

  /** The block of this ID at an address, or -1. */
  blockAt(pointer: Pointer | null): number {
    if (pointer === null) return -1
    const { low, high } = pointer
    const { addressLow, addressHigh } = this.file.blocks
    if (this.end - this.id <= fewBlocks) {
      for (let block = this.id; block < this.end; block++) {
        if (addressLow[block] === low && addressHigh[block] === high) return block
      }
      return -1
    }
    if (this.#addresses === undefined) {
      this.#addresses = new AddressMap(this.end - this.id)
      for (let block = this.id; block < this.end; block++) {
        this.#addresses.set(addressLow[block]!, addressHigh[block]!, block)
      }
    }
    return this.#addresses.get(low, high)
  }

  /** The struct that a pointer leads to; undefined when it leads nowhere in this ID. */
  async follow(pointer: Pointer | null): Promise<StructView | undefined> {
    const block = this.blockAt(pointer)
    return block < 0 ? undefined : this.file.view(block)
  }

  /** All structs of the block that a pointer leads to. */
  async followAll(pointer: Pointer | null): Promise<StructView[]> {
    const block = this.blockAt(pointer)
    if (block < 0) return []
    this.file.give(this.file.elementCount(block))
    return this.file.views(block)
  }

  /** Bytes of a string or other untyped data that a pointer leads to, up to the first zero. */
  async text(pointer: Pointer | null): Promise<Uint8Array | undefined> {
    const block = this.blockAt(pointer)
    if (block < 0 || this.file.blocks.lengths[block]! > longestText) return undefined
    const bytes = await this.file.bytes(block)
    const end = bytes.indexOf(0)
    return end < 0 ? bytes : bytes.subarray(0, end)
  }

  /** The items of a `ListBase`, first to last. A list that bites its own tail ends where it does. */
  async *list(owner: StructView, path: string): AsyncGenerator<StructView> {
    const list = owner.struct(path)
    const seen = new Set<number>()
    let block = this.blockAt(list?.pointer('first') ?? null)
    while (block >= 0 && !seen.has(block) && seen.size < longestList) {
      seen.add(block)
      this.file.give(1)
      const item = await this.file.view(block)
      yield item
      block = this.blockAt(item.pointer('next'))
    }
  }

  /** Calls `found` with the pointers of a block that is an array of pointers (`Material **mat`); there may be millions. */
  async pointers(block: number, found: (pointer: Pointer) => void): Promise<void> {
    const bytes = await this.file.bytes(block)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const { header } = this.file
    for (let at = 0; at + header.pointerSize <= bytes.length; at += header.pointerSize) {
      const value = readPointer(view, at, header)
      if (value !== null) found(value)
    }
  }
}
