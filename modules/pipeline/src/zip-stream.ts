import { crc32 } from 'node:zlib'
import {
  centralHeader,
  descriptor,
  dosTime,
  endRecords,
  localHeader,
  zip64Size,
  type ZipRecord,
} from '@backlot/base/node/zip-records'

/** A file that goes into an archive: its size is known, its bytes are opened when it is its turn. */
export interface ZipEntry {
  /** Path inside, with `/` between parts. */
  name: string
  /** Bytes. */
  size: number
  open: () => Promise<AsyncIterable<Uint8Array>>
}

/**
 * An archive of files as they are: pictures and videos are compressed already. Checksums stand behind the data: nothing
 * is read twice, nothing is kept in memory. `modified` is the time of all entries.
 */
export async function* zipStream(entries: readonly ZipEntry[], modified: Date): AsyncGenerator<Uint8Array> {
  const stamp = dosTime(modified)
  const records: ZipRecord[] = []
  let offset = 0
  for (const entry of entries) {
    const record = recordOf(entry, offset, stamp)
    const isLarge = entry.size >= zip64Size
    const head = localHeader({ ...record, size: 0, compressedSize: 0 }, isLarge)
    yield head
    let size = 0
    for await (const chunk of await entry.open()) {
      record.crc = crc32(chunk, record.crc)
      size += chunk.length
      yield chunk
    }
    if (size !== entry.size) throw new Error(`${entry.name} has ${size} bytes instead of ${entry.size}`)
    const tail = descriptor(record, isLarge)
    yield tail
    records.push(record)
    offset += head.length + size + tail.length
  }
  let length = 0
  for (const record of records) {
    const header = centralHeader(record)
    length += header.length
    yield header
  }
  yield endRecords(records.length, offset, length)
}

/** Length in bytes of what `zipStream` gives, known before anything is read: a browser shows how far it is. */
export function zipSize(entries: readonly Pick<ZipEntry, 'name' | 'size'>[]): number {
  let offset = 0
  let directory = 0
  for (const entry of entries) {
    const record = recordOf(entry, offset, 0)
    const isLarge = entry.size >= zip64Size
    directory += centralHeader(record).length
    offset += localHeader(record, isLarge).length + entry.size + descriptor(record, isLarge).length
  }
  return offset + directory + endRecords(entries.length, offset, directory).length
}

function recordOf({ name, size }: Pick<ZipEntry, 'name' | 'size'>, offset: number, stamp: number): ZipRecord {
  return { path: name, method: 'store', crc: 0, size, compressedSize: size, offset, stamp, hasDescriptor: true }
}
