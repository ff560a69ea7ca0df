/** Records of a ZIP archive (PKWARE APPNOTE 6.3.10): little-endian, names in UTF-8, ZIP64 where 32 bits do not do. */

export type ZipMethod = 'store' | 'deflate'

/** A file of an archive. */
export interface ZipRecord {
  /** Relative, with `/`. */
  path: string
  method: ZipMethod
  /** CRC-32 of the content. */
  crc: number
  /** Bytes in the archive, and of the content. */
  compressedSize: number
  size: number
  /** Of the local header, from the start of the archive. Bytes. */
  offset: number
  /** Date and time, as `dosTime` gives them. */
  stamp: number
  /** Sizes and checksum stand behind the data (`descriptor`): for archives that are written as a stream. */
  hasDescriptor: boolean
}

const methods: Record<ZipMethod, number> = { store: 0, deflate: 8 }
const max32 = 0xffffffff
const max16 = 0xffff
const zip64Id = 0x0001
const isUtf8 = 0x0800
const sizesFollow = 0x0008
/** 4.5: the first that knows ZIP64; 2.0: deflate. */
const versions = { plain: 20, zip64: 45 }
/** Made by 4.5 on Unix, which is what gives the mode below its meaning. */
const madeBy = (3 << 8) | versions.zip64
/** A plain file that everybody may read, its owner write. */
const externalAttributes = (0o100644 << 16) >>> 0
/** 1980-01-01, the first day that ZIP knows: for archives in which the same input gives the same bytes. */
export const firstStamp = ((1 << 5) | 1) << 16

/** From this size on, room is kept for 64-bit sizes: deflating can make a file a little longer (5 bytes in 16 KiB). */
export const zip64Size = 0xff000000

/** Fixed in size as soon as name and `isLarge` are known, so that it can be written again when sizes are. */
export function localHeader(record: Omit<ZipRecord, 'offset'>, isLarge: boolean): Buffer {
  const name = Buffer.from(record.path)
  const extra = isLarge ? zip64Extra([record.size, record.compressedSize]) : Buffer.alloc(0)
  const head = Buffer.alloc(30)
  head.writeUInt32LE(0x04034b50, 0)
  head.writeUInt16LE(isLarge ? versions.zip64 : versions.plain, 4)
  writeCommon(head, 6, record)
  head.writeUInt32LE(isLarge ? max32 : record.compressedSize, 18)
  head.writeUInt32LE(isLarge ? max32 : record.size, 22)
  head.writeUInt16LE(name.length, 26)
  head.writeUInt16LE(extra.length, 28)
  return Buffer.concat([head, name, extra])
}

export function centralHeader(record: ZipRecord): Buffer {
  const name = Buffer.from(record.path)
  const { size, compressedSize, offset } = record
  const large = [size, compressedSize, offset].filter((value) => value >= max32)
  const extra = large.length > 0 ? zip64Extra(large) : Buffer.alloc(0)
  const head = Buffer.alloc(46)
  head.writeUInt32LE(0x02014b50, 0)
  head.writeUInt16LE(madeBy, 4)
  head.writeUInt16LE(large.length > 0 ? versions.zip64 : versions.plain, 6)
  writeCommon(head, 8, record)
  head.writeUInt32LE(Math.min(compressedSize, max32), 20)
  head.writeUInt32LE(Math.min(size, max32), 24)
  head.writeUInt16LE(name.length, 28)
  head.writeUInt16LE(extra.length, 30)
  head.writeUInt32LE(externalAttributes, 38)
  head.writeUInt32LE(Math.min(offset, max32), 42)
  return Buffer.concat([head, name, extra])
}

/** What ends the archive. `start`, `length`: of the central directory, in bytes. */
export function endRecords(count: number, start: number, length: number): Buffer {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(Math.min(count, max16), 8)
  end.writeUInt16LE(Math.min(count, max16), 10)
  end.writeUInt32LE(Math.min(length, max32), 12)
  end.writeUInt32LE(Math.min(start, max32), 16)
  if (count < max16 && start < max32 && length < max32) return end
  const end64 = Buffer.alloc(56 + 20)
  end64.writeUInt32LE(0x06064b50, 0)
  writeUInt64(end64, 44, 4)
  end64.writeUInt16LE(madeBy, 12)
  end64.writeUInt16LE(versions.zip64, 14)
  writeUInt64(end64, count, 24)
  writeUInt64(end64, count, 32)
  writeUInt64(end64, length, 40)
  writeUInt64(end64, start, 48)
  end64.writeUInt32LE(0x07064b50, 56)
  writeUInt64(end64, start + length, 64)
  end64.writeUInt32LE(1, 72)
  return Buffer.concat([end64, end])
}

/** Flags, method, time, date and check sum: the same in both headers. */
function writeCommon(head: Buffer, at: number, { method, crc, stamp, hasDescriptor }: Omit<ZipRecord, 'offset'>): void {
  head.writeUInt16LE(hasDescriptor ? isUtf8 | sizesFollow : isUtf8, at)
  head.writeUInt16LE(methods[method], at + 2)
  head.writeUInt32LE(stamp, at + 4)
  head.writeUInt32LE(crc, at + 8)
}

/** What stands behind the data of a record that has one. `isLarge`: as in its local header. */
export function descriptor(
  { crc, compressedSize, size }: Pick<ZipRecord, 'crc' | 'compressedSize' | 'size'>,
  isLarge: boolean,
): Buffer {
  const bytes = Buffer.alloc(isLarge ? 24 : 16)
  bytes.writeUInt32LE(0x08074b50, 0)
  bytes.writeUInt32LE(crc, 4)
  for (const [index, value] of [compressedSize, size].entries()) {
    if (isLarge) writeUInt64(bytes, value, 8 + index * 8)
    else bytes.writeUInt32LE(value, 8 + index * 4)
  }
  return bytes
}

/** Date and time of day in UTC, to 2 seconds, from 1980: the format has no zones. */
export function dosTime(at: Date): number {
  const date = ((Math.max(at.getUTCFullYear(), 1980) - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate()
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1)
  return ((date << 16) | time) >>> 0
}

function zip64Extra(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + values.length * 8)
  extra.writeUInt16LE(zip64Id, 0)
  extra.writeUInt16LE(values.length * 8, 2)
  for (const [index, value] of values.entries()) writeUInt64(extra, value, 4 + index * 8)
  return extra
}

function writeUInt64(target: Buffer, value: number, at: number): void {
  target.writeBigUInt64LE(BigInt(value), at)
}
