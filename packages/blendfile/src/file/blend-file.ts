import type { ByteSource } from '../byte-source.ts'
import type { Content } from '../content/content.ts'
import type { Compression, OpenContentOptions } from '../content/open-content.ts'
import { openContent } from '../content/open-content.ts'
import { BlendFileError, corrupt } from '../errors.ts'
import { decodePathBytes } from '../path/path-text.ts'
import { AddressMap } from './address-map.ts'
import { DATA, isIdCode } from './block-code.ts'
import type { BlockIndex } from './block-index.ts'
import { scanBlocks } from './block-index.ts'
import type { BlendHeader } from './header.ts'
import { readHeader } from './header.ts'
import { Scope } from './scope.ts'
import { SdnaCache } from './sdna-cache.ts'
import type { Sdna } from './sdna.ts'
import type { StructDef } from './struct-def.ts'
import { StructView } from './struct-view.ts'

export interface OpenBlendOptions extends OpenContentOptions {
  signal?: AbortSignal
  /** Shared between files so that equal catalogues are parsed once. */
  sdnaCache?: SdnaCache
}

/** A block that is read at one piece is not larger than this: names, lists and settings are far smaller. */
const largestReadBytes = 64 * 1024 * 1024
/** Structs of one block that are ever looked at one by one: strip images, bakes, modifiers. */
const mostElements = 200_000
/** No real catalogue comes near (5.0: 120 KB). */
const largestDnaBytes = 1024 * 1024
/** Structs that pointers and lists of one file may give, beyond two for each of its blocks: each costs about 1 µs. */
const mostGiven = 500_000

/**
 * An open .blend: heads of all blocks in memory, everything else read when asked for.
 *
 * A file is a row of ID data-blocks, each followed by the DATA blocks that belong to it. Addresses of DATA blocks are
 * unique only within their ID, so they are looked up in its `scope`; addresses of IDs are unique in the file.
 */
export class BlendFile {
  readonly header: BlendHeader
  readonly compression: Compression
  readonly blocks: BlockIndex
  readonly sdna: Sdna
  /** Block numbers of all ID data-blocks, placeholders of linked ones among them, in file order. */
  readonly ids: Int32Array
  readonly content: Content
  /** Bytes on disk. */
  readonly size: number
  #idAddresses: AddressMap | undefined
  #given = 0

  private constructor(parts: Pick<BlendFile, 'content' | 'compression' | 'size' | 'header' | 'blocks' | 'sdna'>) {
    this.content = parts.content
    this.compression = parts.compression
    this.size = parts.size
    this.header = parts.header
    this.blocks = parts.blocks
    this.sdna = parts.sdna
    this.ids = findIds(parts.blocks)
  }

  /** Throws `BlendFileError`; the source is then closed. */
  static async open(source: ByteSource, options: OpenBlendOptions): Promise<BlendFile> {
    try {
      const { content, compression } = await openContent(source, options)
      const header = await readHeader(content)
      // 46 bytes each in memory; real files have one for every 500 bytes, compressed.
      const maxBlocks = Math.max(500_000, Math.ceil(source.size / 16))
      const blocks = await scanBlocks(content, header, { maxBlocks, signal: options.signal })
      const dnaBytes = blocks.lengths[blocks.dna]!
      if (dnaBytes > largestDnaBytes) throw corrupt('its DNA1 block is impossibly long', blocks.offsets[blocks.dna])
      const dna = await content.read(blocks.offsets[blocks.dna]!, dnaBytes)
      const sdna = (options.sdnaCache ?? new SdnaCache()).get(dna, header)
      return new BlendFile({ content, compression, size: source.size, header, blocks, sdna })
    } catch (error) {
      await source.close()
      throw error
    }
  }

  close(): Promise<void> {
    return this.content.close()
  }

  /** The struct that a block holds. Throws `blend.corrupt` when the SDNA has no such struct. */
  structOf(block: number): StructDef {
    const struct = this.sdna.structs[this.blocks.structs[block]!]
    if (struct === undefined) throw corrupt(`block ${block} has a struct that the catalogue has not`)
    return struct
  }

  /** A block's bytes if they are in memory. */
  peekBytes(block: number): Uint8Array | undefined {
    return this.content.peek(this.blocks.offsets[block]!, this.blocks.lengths[block]!)
  }

  /** The first bytes of a block, at most `length`. The same holds as for `bytes`. */
  #start(block: number, length: number): Promise<Uint8Array> {
    return this.content.read(this.blocks.offsets[block]!, Math.min(length, this.blocks.lengths[block]!))
  }

  /** A block's bytes. They may be a view of a cached page: read them, don't keep or change them. */
  async bytes(block: number): Promise<Uint8Array> {
    const length = this.blocks.lengths[block]!
    if (length > largestReadBytes) {
      throw new BlendFileError('blend.too_large', `Block ${block} is ${length} bytes, too large to read as one.`, {
        offset: this.blocks.offsets[block],
      })
    }
    return this.content.read(this.blocks.offsets[block]!, length)
  }

  /** How many whole structs a block holds: what its head says, as far as its bytes reach. */
  elementCount(block: number): number {
    const { size } = this.structOf(block)
    if (size === 0) return 0
    return Math.max(0, Math.min(this.blocks.elements[block]!, Math.floor(this.blocks.lengths[block]! / size)))
  }

  /** The first struct of a block. */
  async view(block: number): Promise<StructView> {
    const def = this.structOf(block)
    const bytes = await this.#start(block, def.size)
    return new StructView(def, bytes, 0, this.header, this.blocks.offsets[block]!)
  }

  /** All structs of a block, of an array of strip elements for instance. */
  async views(block: number): Promise<StructView[]> {
    const def = this.structOf(block)
    const count = this.elementCount(block)
    if (count > mostElements) throw corrupt(`block ${block} is an impossibly long array`, this.blocks.offsets[block])
    const bytes = await this.#start(block, count * def.size)
    const origin = this.blocks.offsets[block]!
    return Array.from(
      { length: count },
      (_, index) => new StructView(def, bytes, index * def.size, this.header, origin),
    )
  }

  /** Name of an ID data-block with its two letters, `OBCube`. */
  async nameOf(id: number): Promise<string> {
    const view = await this.view(id)
    return decodePathBytes(view.chars(view.def.name === 'ID' ? 'name' : 'id.name'))
  }

  /**
   * Counts structs that are given to whoever follows pointers. Many pointers of a damaged file can lead to the same
   * long list or array. Throws `blend.corrupt` when it is more than a whole file has.
   */
  give(structs: number): void {
    this.#given += structs
    if (this.#given > mostGiven + 2 * this.blocks.count) throw corrupt('its lists and arrays are too many or too long')
  }

  /** The ID data-block at an address, or -1. */
  idAt(low: number, high: number): number {
    this.#idAddresses ??= this.#mapIds()
    return this.#idAddresses.get(low, high)
  }

  /** The DATA blocks of an ID data-block. */
  scope(id: number): Scope {
    return new Scope(this, id, scopeEnd(this.blocks, id))
  }

  #mapIds(): AddressMap {
    const map = new AddressMap(this.ids.length)
    for (const id of this.ids) map.set(this.blocks.addressLow[id]!, this.blocks.addressHigh[id]!, id)
    return map
  }
}

function findIds(blocks: BlockIndex): Int32Array {
  let count = 0
  for (let block = 0; block < blocks.count; block++) if (isIdCode(blocks.codes[block]!)) count++
  const ids = new Int32Array(count)
  let next = 0
  for (let block = 0; block < blocks.count; block++) if (isIdCode(blocks.codes[block]!)) ids[next++] = block
  return ids
}

function scopeEnd(blocks: BlockIndex, id: number): number {
  let end = id + 1
  while (end < blocks.count && blocks.codes[end] === DATA) end++
  return end
}
