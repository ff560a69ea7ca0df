import { DamagedImage, type ImageFacts, type Source } from './image-source.ts'

const tagWidth = 256
const tagHeight = 257
/** Offsets and byte counts of strips, and of tiles. */
const parts = [
  [273, 279],
  [324, 325],
] as const
const bytesOfType: Record<number, number> = { 1: 1, 3: 2, 4: 4 }

/** Reads the first directory and asks that every strip or tile lies inside the file. */
export async function readTiff({ size, read }: Source): Promise<ImageFacts> {
  const little = (await read(0, 2)).toString('latin1') === 'II'
  const u16 = (bytes: Buffer, at: number) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at))
  const u32 = (bytes: Buffer, at: number) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))

  const directory = u32(await read(4, 4), 0)
  const count = u16(await read(directory, 2), 0)
  const entries = await read(directory + 2, count * 12)
  const values = new Map<number, number[]>()
  for (let index = 0; index < count; index++) {
    const at = index * 12
    const width = bytesOfType[u16(entries, at + 2)]
    const length = u32(entries, at + 4)
    if (width === undefined) continue
    if (length * width > size) throw new DamagedImage('an entry of its directory is larger than the file')
    const bytes =
      length * width <= 4 ? entries.subarray(at + 8, at + 12) : await read(u32(entries, at + 8), length * width)
    const one = (position: number) =>
      width === 1 ? (bytes[position] ?? 0) : width === 2 ? u16(bytes, position * 2) : u32(bytes, position * 4)
    values.set(
      u16(entries, at),
      Array.from({ length }, (_, position) => one(position)),
    )
  }
  const layout = parts.find(([offsets]) => values.has(offsets))
  if (layout === undefined) throw new DamagedImage('it holds no picture')
  const offsets = values.get(layout[0]) ?? []
  const counts = values.get(layout[1]) ?? []
  const isWhole = offsets.every((offset, index) => offset > 0 && offset + (counts[index] ?? size) <= size)
  if (offsets.length === 0 || !isWhole) throw new DamagedImage('a part of the picture is missing')
  return { format: 'tiff', width: values.get(tagWidth)?.[0] ?? 0, height: values.get(tagHeight)?.[0] ?? 0 }
}
