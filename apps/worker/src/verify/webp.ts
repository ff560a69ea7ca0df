import { DamagedImage, type ImageFacts, type Source } from './image-source.ts'

/** Compares the RIFF size with the file's, and walks the chunks to the picture. */
export async function readWebp({ size, read }: Source): Promise<ImageFacts> {
  const announced = (await read(4, 4)).readUInt32LE(0) + 8
  if (announced !== size) throw new DamagedImage(`it announces ${announced} bytes and has ${size}`)
  let facts: ImageFacts | undefined
  let hasPixels = false
  for (let at = 12; at + 8 <= size;) {
    const head = await read(at, 8)
    const type = head.toString('latin1', 0, 4)
    const length = head.readUInt32LE(4)
    if (at + 8 + length > size) throw new DamagedImage(`chunk ${type} reaches behind the end of the file`)
    if (type === 'VP8X') {
      const extended = await read(at + 12, 6)
      facts = { format: 'webp', width: extended.readUIntLE(0, 3) + 1, height: extended.readUIntLE(3, 3) + 1 }
    } else if (type === 'VP8 ') {
      const lossy = await read(at + 14, 4)
      facts ??= { format: 'webp', width: lossy.readUInt16LE(0) & 0x3fff, height: lossy.readUInt16LE(2) & 0x3fff }
      hasPixels = true
    } else if (type === 'VP8L') {
      const bits = (await read(at + 9, 4)).readUInt32LE(0)
      facts ??= { format: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
      hasPixels = true
    }
    at += 8 + length + (length % 2)
  }
  if (facts === undefined || !hasPixels) throw new DamagedImage('it holds no picture')
  return facts
}
