import { DamagedImage, type ImageFacts, type Source } from './image-source.ts'

/** Scan lines in one chunk, by the number of the compression method. */
const linesOfChunk = [1, 1, 1, 16, 32, 16, 32, 32, 32, 256]
const tiledFlag = 0x200
const multipartFlag = 0x1000
/** Headers are a few kilobytes; one that is longer than this is damage. Bytes. */
const headerLimit = 1 << 22

interface Box {
  width: number
  height: number
}
interface PartHeader {
  display: Box
  chunks: number
  isTiled: boolean
}

/**
 * Reads the headers, then the table of chunk offsets of every part: Blender writes a file from the top down and fills
 * the table in at the end, so that an interrupted file has zeros there. Every chunk has to begin inside the file.
 */
export async function readExr({ size, read }: Source): Promise<ImageFacts> {
  const flags = (await read(4, 4)).readUInt32LE(0)
  const isTiled = (flags & tiledFlag) !== 0
  const isMultipart = (flags & multipartFlag) !== 0
  const bytes = await read(0, Math.min(size, headerLimit))
  let at = 8
  const need = (length: number) => {
    if (at + length > bytes.length) throw new DamagedImage('its header is cut off')
  }
  const text = () => {
    const end = bytes.indexOf(0, at)
    if (end < 0) throw new DamagedImage('its header is cut off')
    const value = bytes.toString('latin1', at, end)
    at = end + 1
    return value
  }

  const parts: PartHeader[] = []
  do {
    const attributes = new Map<string, Buffer>()
    for (let name = text(); name !== ''; name = text()) {
      text() // its type
      need(4)
      const length = bytes.readUInt32LE(at)
      at += 4
      need(length)
      attributes.set(name, bytes.subarray(at, at + length))
      at += length
    }
    parts.push(partOf(attributes, isTiled && !isMultipart))
    need(1)
    if (!isMultipart) break
  } while (bytes[at] !== 0)
  if (isMultipart) at += 1

  const chunks = parts.reduce((sum, part) => sum + part.chunks, 0)
  const tableEnd = at + chunks * 8
  if (chunks === 0 || tableEnd > size) throw new DamagedImage('its table of parts is cut off')
  const table = await read(at, chunks * 8)
  let last = 0
  for (let index = 0; index < chunks; index++) {
    const offset = Number(table.readBigUInt64LE(index * 8))
    if (offset < tableEnd || offset + 8 > size) throw new DamagedImage(`part ${index + 1} of ${chunks} is missing`)
    last = Math.max(last, offset)
  }
  // A chunk: number of its part (multi-part files), place (y, or four tile coordinates), size of the data, data.
  const sizeAt = last + (isMultipart ? 4 : 0) + (parts.at(-1)?.isTiled ? 16 : 4)
  if (sizeAt + 4 + (await read(sizeAt, 4)).readUInt32LE(0) > size) throw new DamagedImage('its last part is cut off')
  const { width, height } = (parts[0] as PartHeader).display
  return { format: 'exr', width, height }
}

function partOf(attributes: ReadonlyMap<string, Buffer>, isTiledFile: boolean): PartHeader {
  const announced = attributes.get('chunkCount')
  const isTiled = isTiledFile || /^(tiled|deeptile)/.test(attributes.get('type')?.toString('latin1') ?? '')
  const chunks = announced?.readInt32LE(0) ?? chunksOf(attributes, isTiled)
  return { display: boxOf(attributes.get('displayWindow')), chunks, isTiled }
}

function chunksOf(attributes: ReadonlyMap<string, Buffer>, isTiled: boolean): number {
  const { width, height } = boxOf(attributes.get('dataWindow'))
  if (!isTiled) return Math.ceil(height / (linesOfChunk[attributes.get('compression')?.[0] ?? 0] ?? 1))
  const tiles = attributes.get('tiles')
  if (tiles === undefined || tiles.length < 9) throw new DamagedImage('its header does not say how large a tile is')
  const [x, y] = [tiles.readUInt32LE(0), tiles.readUInt32LE(4)]
  return Math.ceil(width / x) * Math.ceil(height / y) // one level: what Blender writes
}

function boxOf(box: Buffer | undefined): Box {
  if (box === undefined || box.length < 16) throw new DamagedImage('its header lacks a window')
  const [left, top, right, bottom] = [0, 4, 8, 12].map((at) => box.readInt32LE(at)) as [number, number, number, number]
  return { width: right - left + 1, height: bottom - top + 1 }
}
