import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { openPromise } from 'yauzl'

export interface FoundEntry {
  size: number
  stored: boolean
  sha256: string
}

/** What an independent reader finds in an archive, in its order. Throws when sizes, checksums or both headers differ. */
export async function readZip(path: string): Promise<Map<string, FoundEntry>> {
  const found = new Map<string, FoundEntry>()
  const zip = await openPromise(path)
  for await (const entry of zip.eachEntry()) {
    const local = await zip.readLocalFileHeaderPromise(entry)
    if (local.crc32 !== entry.crc32 || local.fileName.toString() !== entry.fileName)
      throw new Error(`${entry.fileName}: the local header says something else`)
    const hash = createHash('sha256')
    let crc = 0
    for await (const chunk of await zip.openReadStreamPromise(entry)) {
      hash.update(chunk as Buffer)
      crc = crc32(chunk as Buffer, crc)
    }
    if (crc !== entry.crc32) throw new Error(`${entry.fileName}: wrong checksum`)
    const stored = entry.compressionMethod === 0
    found.set(entry.fileName, { size: entry.uncompressedSize, stored, sha256: hash.digest('hex') })
  }
  return found
}
