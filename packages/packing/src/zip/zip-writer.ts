import type { FileHandle } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'
import { GatheringWriter } from '@backlot/base/node/gathering-writer'
import {
  centralHeader,
  endRecords,
  firstStamp,
  localHeader,
  type ZipMethod,
  type ZipRecord,
  zip64Size,
} from '@backlot/base/node/zip-records'

const deflateAsync = promisify(deflateRaw)

/** Bytes that are read, deflated and written as one. */
export const chunkBytes = 1 << 20
/** Pieces that are deflated at once, by the threads of Node's pool (4). */
const piecesAtOnce = 4
/**
 * A streamed chunk is of interest until so many after it were taken: those that are deflated at once, the one before
 * them that is their dictionary, one that waits and one that is read meanwhile.
 */
export const chunksKept = piecesAtOnce + 4
/** What deflate looks back. */
const windowBytes = 32_768
/** 60 % of the time of level 6 for 4 % more bytes (measured on programs and on uncompressed .blend files). */
const level = 3

/** The same input gives the same bytes, whenever its files were written. */
const common = { stamp: firstStamp, hasDescriptor: false }

/** A file of any size, that goes through piece by piece. */
export interface StreamedEntry {
  /** Relative, with `/`. */
  path: string
  method: ZipMethod
  /** Bytes; what the chunks give may differ a little. */
  size: number
  /** In order, of about `chunkBytes`; one may be written to again when `chunksKept` more were taken. */
  chunks: AsyncIterable<Uint8Array>
}

/** A small file as it will stand in the archive. */
export interface PreparedEntry {
  path: string
  method: ZipMethod
  crc: number
  /** Bytes of the file; `body` is as long as it is in the archive. */
  size: number
  body: Uint8Array
}

/** Does the work of a small file, so that many can be worked on while one is written. */
export async function prepareEntry(path: string, method: ZipMethod, bytes: Uint8Array): Promise<PreparedEntry> {
  const crc = crc32(bytes)
  const body = method === 'store' ? bytes : await deflateAsync(bytes, { level })
  return { path, method, crc, size: bytes.length, body }
}

/**
 * Writes a ZIP archive into a file, entry after entry. Large entries are deflated in pieces on several threads; each
 * piece is given the end of the one before, so that the result is as small as in one piece. Memory: about 8 MiB. The same
 * entries give the same bytes.
 */
export class ZipWriter {
  readonly #file: FileHandle
  readonly #writer: GatheringWriter
  readonly #records: ZipRecord[] = []
  #position = 0

  /** `file`: empty, open for writing. */
  constructor(file: FileHandle) {
    this.#file = file
    this.#writer = new GatheringWriter(file)
  }

  async addPrepared({ path, method, crc, size, body }: PreparedEntry): Promise<void> {
    const record = { path, method, crc, size, compressedSize: body.length, offset: this.#position, ...common }
    this.#records.push(record)
    await this.#write(localHeader(record, false))
    await this.#write(body)
  }

  /** `onBytes`: called with what was taken from the source. */
  async addStream(entry: StreamedEntry, onBytes?: (bytes: number) => void): Promise<void> {
    const { path, method, size: expected, chunks } = entry
    const isLarge = expected >= zip64Size
    const offset = this.#position
    await this.#write(localHeader({ path, method, crc: 0, size: 0, compressedSize: 0, ...common }, isLarge))
    const start = this.#position
    let crc = 0
    let size = 0
    const counted = async function* () {
      for await (const chunk of chunks) {
        crc = crc32(chunk, crc)
        size += chunk.length
        yield chunk
        onBytes?.(chunk.length)
      }
    }
    for await (const piece of method === 'store' ? counted() : deflated(counted())) await this.#write(piece)
    const record = { path, method, crc, size, compressedSize: this.#position - start, offset, ...common }
    if (!isLarge && Math.max(size, record.compressedSize) > 0xffffffff)
      throw new RangeError(`${path} grew from ${expected} to ${size} bytes while it was packed.`)
    this.#records.push(record)
    // Only now the sizes are known. What is gathered has to be on its way first, else it would be written over this.
    await this.#writer.flush()
    const header = localHeader(record, isLarge)
    await this.#file.write(header, 0, header.length, offset)
  }

  /** Writes the directory. @returns bytes of the archive */
  async finish(): Promise<number> {
    const start = this.#position
    for (const record of this.#records) await this.#write(centralHeader(record))
    await this.#write(endRecords(this.#records.length, start, this.#position - start))
    await this.#writer.flush()
    return this.#position
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#position += bytes.length
    await this.#writer.write(bytes)
  }
}

/** One deflate stream, made of pieces that are deflated at the same time. */
async function* deflated(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces: Promise<Uint8Array>[] = []
  let previous: Uint8Array | undefined
  let waiting: Uint8Array | undefined
  const start = (chunk: Uint8Array, isLast: boolean) => {
    const dictionary = previous?.subarray(-windowBytes)
    const finishFlush = isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH
    const piece = deflateAsync(chunk, { level, finishFlush, ...(dictionary && { dictionary }) })
    piece.catch(() => {}) // seen when its turn comes
    pieces.push(piece)
    previous = chunk
  }
  for await (const chunk of chunks) {
    if (chunk.length === 0) continue
    if (waiting !== undefined) start(waiting, false)
    waiting = chunk
    if (pieces.length >= piecesAtOnce) yield await (pieces.shift() as Promise<Uint8Array>)
  }
  start(waiting ?? new Uint8Array(0), true)
  for (const piece of pieces) yield await piece
}
