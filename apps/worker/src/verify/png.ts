import { crc32 } from 'node:zlib'
import { DamagedImage, type ImageFacts, type Source } from './image-source.ts'

const signatureLength = 8
/** Length, type and checksum around a chunk's data. */
const chunkOverhead = 12
/** Read at once while a checksum is computed. Bytes. */
const stretch = 1 << 20

/** Walks all chunks with their CRCs up to IEND, behind which nothing may follow. */
export async function readPng({ size, read }: Source): Promise<ImageFacts> {
  const header = await read(signatureLength + 8, 8)
  const facts: ImageFacts = { format: 'png', width: header.readUInt32BE(0), height: header.readUInt32BE(4) }
  let hasPixels = false
  for (let at = signatureLength; ;) {
    const start = await read(at, 8)
    const length = start.readUInt32BE(0)
    const type = start.toString('latin1', 4, 8)
    const end = at + chunkOverhead + length
    if (end > size) throw new DamagedImage(`chunk ${type} reaches behind the end of the file`)
    let crc = crc32(start.subarray(4))
    for (let done = 0; done < length; done += stretch)
      crc = crc32(await read(at + 8 + done, Math.min(stretch, length - done)), crc)
    if ((await read(end - 4, 4)).readUInt32BE(0) !== crc) throw new DamagedImage(`chunk ${type} has a wrong checksum`)
    if (at === signatureLength && type !== 'IHDR') throw new DamagedImage('it does not begin with its header')
    if (type === 'IDAT') hasPixels = true
    at = end
    if (type !== 'IEND') continue
    if (!hasPixels || at !== size) throw new DamagedImage('its end is not at the end of the file')
    return facts
  }
}
