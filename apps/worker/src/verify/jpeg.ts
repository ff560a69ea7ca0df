import { DamagedImage, type ImageFacts, type Source } from './image-source.ts'

/** Follows the segments to the frame header (SOF) and the scan, and asks for the end marker (EOI) as the last bytes. */
export async function readJpeg({ size, read }: Source): Promise<ImageFacts> {
  let facts: ImageFacts | undefined
  for (let at = 2; ;) {
    const head = await read(at, 4)
    if (head[0] !== 0xff) throw new DamagedImage(`there is no segment at byte ${at}`)
    const marker = head[1] ?? 0
    const length = head.readUInt16BE(2)
    // SOF0 to SOF15 without DHT (C4), JPG (C8) and DAC (CC), which share their range.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      const frame = await read(at + 5, 4)
      facts = { format: 'jpeg', width: frame.readUInt16BE(2), height: frame.readUInt16BE(0) }
    }
    at += 2 + length
    if (marker === 0xda) break
  }
  if (facts === undefined) throw new DamagedImage('it has no frame header')
  if ((await read(size - 2, 2)).toString('hex') !== 'ffd9') throw new DamagedImage('its end marker is missing')
  return facts
}
