import { crc32 } from 'node:zlib'

/** A file that goes into an archive: its size is known, its bytes are opened when it is its turn. */
export interface ZipEntry {
  /** Path inside, with `/` between parts. */
  name: string
  /** Bytes. */
  size: number
  open: () => Promise<AsyncIterable<Uint8Array>>
}

/** Sizes and offsets above this, and more entries than 65,535, need the fields of ZIP64. */
const limit32 = 0xffff_ffff
const limit16 = 0xffff
const needsUnicode = 1 << 11
/** The checksum stands behind the data: nothing is read twice, nothing is kept in memory. */
const hasDescriptor = 1 << 3

/**
 * An archive of files as they are: pictures and videos are compressed already. APPNOTE 6.3.10, with ZIP64 only where it
 * must be, because older programs don't know it. `modified` is the time of all entries.
 */
export async function* zipStream(entries: readonly ZipEntry[], modified: Date): AsyncGenerator<Uint8Array> {
  const stamp = dosTime(modified)
  const directory: Uint8Array[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.name)
    yield localHeader(name, entry.size, stamp)
    let crc = 0
    let size = 0
    for await (const chunk of await entry.open()) {
      crc = crc32(chunk, crc)
      size += chunk.length
      yield chunk
    }
    if (size !== entry.size) throw new Error(`${entry.name} has ${size} bytes instead of ${entry.size}`)
    yield descriptor(crc, size)
    directory.push(centralHeader(name, { crc, size, offset }, stamp))
    offset += entryBytes(name.length, size)
  }
  yield* directory
  const bytes = directory.reduce((sum, { length }) => sum + length, 0)
  yield end(entries.length, bytes, offset)
}

/** Length in bytes of what `zipStream` gives, known before anything is read: a browser shows how far it is. */
export function zipSize(entries: readonly Pick<ZipEntry, 'name' | 'size'>[]): number {
  let offset = 0
  let directory = 0
  for (const { name, size } of entries) {
    const nameLength = Buffer.byteLength(name)
    directory += 46 + nameLength + centralExtra({ size, offset }).length
    offset += entryBytes(nameLength, size)
  }
  return offset + directory + end(entries.length, directory, offset).length
}

function entryBytes(nameLength: number, size: number): number {
  return size >= limit32 ? 30 + nameLength + 20 + size + 24 : 30 + nameLength + size + 16
}

function localHeader(name: Buffer, size: number, stamp: number): Buffer {
  const isLarge = size >= limit32
  const header = Buffer.alloc(30)
  header.writeUInt32LE(0x0403_4b50, 0)
  header.writeUInt16LE(isLarge ? 45 : 20, 4)
  header.writeUInt16LE(needsUnicode | hasDescriptor, 6)
  header.writeUInt32LE(stamp, 10)
  // Sizes are in the descriptor; with ZIP64 they are marked as such, so that the descriptor's are read with 8 bytes.
  if (isLarge) header.fill(0xff, 18, 26)
  header.writeUInt16LE(name.length, 26)
  header.writeUInt16LE(isLarge ? 20 : 0, 28)
  return Buffer.concat([header, name, isLarge ? extra([0, 0]) : Buffer.alloc(0)])
}

function descriptor(crc: number, size: number): Buffer {
  const isLarge = size >= limit32
  const bytes = Buffer.alloc(isLarge ? 24 : 16)
  bytes.writeUInt32LE(0x0807_4b50, 0)
  bytes.writeUInt32LE(crc, 4)
  for (const at of [0, 1]) {
    if (isLarge) bytes.writeBigUInt64LE(BigInt(size), 8 + at * 8)
    else bytes.writeUInt32LE(size, 8 + at * 4)
  }
  return bytes
}

interface Written {
  crc: number
  size: number
  /** Of its local header. */
  offset: number
}

function centralHeader(name: Buffer, { crc, size, offset }: Written, stamp: number): Buffer {
  const more = centralExtra({ size, offset })
  const header = Buffer.alloc(46)
  header.writeUInt32LE(0x0201_4b50, 0)
  header.writeUInt16LE(0x0300 | 45, 4) // made on Unix, so that permissions below count
  header.writeUInt16LE(more.length > 0 ? 45 : 20, 6)
  header.writeUInt16LE(needsUnicode | hasDescriptor, 8)
  header.writeUInt32LE(stamp, 12)
  header.writeUInt32LE(crc, 16)
  header.writeUInt32LE(Math.min(size, limit32), 20)
  header.writeUInt32LE(Math.min(size, limit32), 24)
  header.writeUInt16LE(name.length, 28)
  header.writeUInt16LE(more.length, 30)
  header.writeUInt32LE((0o100644 << 16) >>> 0, 38)
  header.writeUInt32LE(Math.min(offset, limit32), 42)
  return Buffer.concat([header, name, more])
}

/** What does not fit its field in the directory, in the order of those fields. */
function centralExtra({ size, offset }: { size: number; offset: number }): Buffer {
  const values = [...(size >= limit32 ? [size, size] : []), ...(offset >= limit32 ? [offset] : [])]
  return values.length === 0 ? Buffer.alloc(0) : extra(values)
}

function extra(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + values.length * 8)
  bytes.writeUInt16LE(0x0001, 0)
  bytes.writeUInt16LE(values.length * 8, 2)
  values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), 4 + index * 8))
  return bytes
}

function end(count: number, bytes: number, offset: number): Buffer {
  const tail = Buffer.alloc(22)
  tail.writeUInt32LE(0x0605_4b50, 0)
  tail.writeUInt16LE(Math.min(count, limit16), 8)
  tail.writeUInt16LE(Math.min(count, limit16), 10)
  tail.writeUInt32LE(Math.min(bytes, limit32), 12)
  tail.writeUInt32LE(Math.min(offset, limit32), 16)
  if (count < limit16 && bytes < limit32 && offset < limit32) return tail
  const large = Buffer.alloc(76)
  large.writeUInt32LE(0x0606_4b50, 0)
  large.writeBigUInt64LE(44n, 4)
  large.writeUInt16LE(0x0300 | 45, 12)
  large.writeUInt16LE(45, 14)
  large.writeBigUInt64LE(BigInt(count), 24)
  large.writeBigUInt64LE(BigInt(count), 32)
  large.writeBigUInt64LE(BigInt(bytes), 40)
  large.writeBigUInt64LE(BigInt(offset), 48)
  large.writeUInt32LE(0x0706_4b50, 56)
  large.writeBigUInt64LE(BigInt(offset + bytes), 64)
  large.writeUInt32LE(1, 72)
  return Buffer.concat([large, tail])
}

/** Date and time of day in UTC, to 2 seconds, from 1980: the format has no zones. */
function dosTime(at: Date): number {
  const date = ((Math.max(at.getUTCFullYear(), 1980) - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return ((date << 16) | time) >>> 0
}
