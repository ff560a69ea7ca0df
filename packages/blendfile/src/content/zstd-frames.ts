import type { ByteSource } from '../byte-source.ts'
import { readBytes } from '../byte-source.ts'
import { BlendFileError, corrupt, truncated } from '../errors.ts'

/**
 * The frames of a zstd file, from its seek table or by walking over their block headers.
 *
 * Sources: RFC 8878 (frame format), zstd's `seekable_format` (a skippable frame at the end that lists all frames).
 * Struct of arrays, because a file may have a hundred thousand frames.
 */
export interface ZstdFrames {
  readonly count: number
  /** Where each frame is in the file; skippable frames are left out. */
  readonly fileOffsets: Float64Array
  readonly fileLengths: Float64Array
  /** Where each frame's content starts, and where the last one ends (so one entry more than frames); undefined when
   * some frame does not say how long its content is. */
  readonly rawOffsets: Float64Array | undefined
}

const frameMagic = 0xfd2fb528
const seekTableMagic = 0x8f92eab1
const skippableMagic = 0x184d2a50 // the low four bits are free

export function isZstdFrame(magic: number): boolean {
  return magic === frameMagic || isSkippable(magic)
}

export async function readZstdFrames(source: ByteSource): Promise<ZstdFrames> {
  return (await readSeekTable(source)) ?? walkFrames(source)
}

/** Undefined when there is no seek table, or it does not add up: then the frames themselves decide. */
async function readSeekTable(source: ByteSource): Promise<ZstdFrames | undefined> {
  const footerBytes = 9
  const footer = await readBytes(source, source.size - footerBytes, footerBytes)
  if (footer.length < footerBytes) return undefined
  const footerView = viewOf(footer)
  if (footerView.getUint32(5, true) !== seekTableMagic) return undefined
  const count = footerView.getUint32(0, true)
  const entryBytes = footer[4]! & 0x80 ? 12 : 8
  const tableBytes = 8 + count * entryBytes + footerBytes
  if (tableBytes > source.size) return undefined
  const bytes = await readBytes(source, source.size - tableBytes, tableBytes)
  if (bytes.length < tableBytes) throw truncated('its seek table', source.size) // It shrank meanwhile.
  const table = viewOf(bytes)
  if (!isSkippable(table.getUint32(0, true)) || table.getUint32(4, true) !== tableBytes - 8) return undefined

  const frames = new FrameList(count)
  let fileOffset = 0
  for (let entry = 0; entry < count; entry++) {
    const at = 8 + entry * entryBytes
    const fileLength = table.getUint32(at, true)
    frames.add(fileOffset, fileLength, table.getUint32(at + 4, true))
    fileOffset += fileLength
  }
  return fileOffset === source.size - tableBytes ? frames.finish() : undefined
}

async function walkFrames(source: ByteSource): Promise<ZstdFrames> {
  const reader = new HeaderReader(source)
  const frames = new FrameList(64)
  let position = 0
  while (position < source.size) {
    const magic = (await reader.at(position, 4)).getUint32(0, true)
    if (isSkippable(magic)) {
      position += 8 + (await reader.at(position + 4, 4)).getUint32(0, true)
    } else if (magic === frameMagic) {
      const { end, rawLength } = await walkFrame(reader, position)
      frames.add(position, end - position, rawLength)
      position = end
    } else {
      throw corrupt('something that is not a zstd frame follows the compressed data', position)
    }
  }
  if (position > source.size) throw truncated('a zstd frame', source.size)
  return frames.finish()
}

/** Steps over one frame. `rawLength` is undefined when the frame does not carry it. */
async function walkFrame(reader: HeaderReader, start: number): Promise<{ end: number; rawLength: number | undefined }> {
  const descriptor = (await reader.at(start + 4, 1)).getUint8(0)
  const isSingleSegment = (descriptor & 0x20) !== 0
  const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!
  if (dictionaryBytes > 0) {
    throw new BlendFileError('blend.unsupported_compression', 'The .blend is compressed with a zstd dictionary.')
  }
  const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!
  const sizeAt = start + 5 + (isSingleSegment ? 0 : 1)
  const rawLength = sizeBytes === 0 ? undefined : contentSize(await reader.at(sizeAt, sizeBytes), sizeBytes)
  let position = sizeAt + sizeBytes
  for (;;) {
    const head = await reader.at(position, 3)
    const bits = head.getUint16(0, true) | (head.getUint8(2) << 16)
    const type = (bits >> 1) & 3
    if (type === 3) throw corrupt('a zstd block has the reserved type', position)
    position += 3 + (type === 1 ? 1 : bits >>> 3) // type 1 repeats one byte
    if (bits & 1) break
  }
  return { end: position + (descriptor & 4 ? 4 : 0), rawLength }
}

function contentSize(view: DataView, bytes: number): number {
  if (bytes === 1) return view.getUint8(0)
  if (bytes === 2) return view.getUint16(0, true) + 256
  if (bytes === 4) return view.getUint32(0, true)
  return view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32
}

function isSkippable(magic: number): boolean {
  return (magic & ~0xf) === skippableMagic
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** Reads small headers through one window of 64 KiB. */
class HeaderReader {
  readonly #source: ByteSource
  #start = 0
  #window: Uint8Array = new Uint8Array(0)

  constructor(source: ByteSource) {
    this.#source = source
  }

  async at(position: number, length: number): Promise<DataView> {
    if (position < this.#start || position + length > this.#start + this.#window.length) {
      this.#window = await readBytes(this.#source, position, 64 * 1024)
      this.#start = position
      if (this.#window.length < length) throw truncated('a zstd frame', this.#source.size)
    }
    const { buffer, byteOffset } = this.#window
    return new DataView(buffer, byteOffset + position - this.#start, length)
  }
}

class FrameList {
  #fileOffsets: Float64Array
  #fileLengths: Float64Array
  #rawOffsets: Float64Array
  #count = 0
  #isRawKnown = true

  constructor(capacity: number) {
    this.#fileOffsets = new Float64Array(capacity)
    this.#fileLengths = new Float64Array(capacity)
    this.#rawOffsets = new Float64Array(capacity + 1)
  }

  add(fileOffset: number, fileLength: number, rawLength: number | undefined): void {
    const index = this.#count++
    if (index >= this.#fileOffsets.length) this.#grow()
    this.#fileOffsets[index] = fileOffset
    this.#fileLengths[index] = fileLength
    this.#rawOffsets[index + 1] = this.#rawOffsets[index]! + (rawLength ?? 0)
    if (rawLength === undefined) this.#isRawKnown = false
  }

  finish(): ZstdFrames {
    return {
      count: this.#count,
      fileOffsets: this.#fileOffsets.slice(0, this.#count),
      fileLengths: this.#fileLengths.slice(0, this.#count),
      rawOffsets: this.#isRawKnown ? this.#rawOffsets.slice(0, this.#count + 1) : undefined,
    }
  }

  #grow(): void {
    const double = (old: Float64Array, length: number) => {
      const grown = new Float64Array(length)
      grown.set(old)
      return grown
    }
    const capacity = Math.max(64, this.#fileOffsets.length * 2)
    this.#fileOffsets = double(this.#fileOffsets, capacity)
    this.#fileLengths = double(this.#fileLengths, capacity)
    this.#rawOffsets = double(this.#rawOffsets, capacity + 1)
  }
}
