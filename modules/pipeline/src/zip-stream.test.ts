import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ZipEntry, zipSize, zipStream } from './zip-stream.ts'

const when = new Date('2026-11-25T13:14:15Z')

async function archive(entries: readonly ZipEntry[]): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(zipStream(entries, when)))
}

const entryOf = (name: string, bytes: Uint8Array): ZipEntry => ({
  name,
  size: bytes.length,
  open: async () =>
    (async function* () {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7)
    })(),
})

/** As programs read an archive: from its end to the directory to the data, checksums compared. */
function unzip(zip: Buffer): Map<string, Buffer> {
  const tail = zip.length - 22
  expect(zip.readUInt32LE(tail)).toBe(0x0605_4b50)
  let at = zip.readUInt32LE(tail + 16)
  const files = new Map<string, Buffer>()
  for (let left = zip.readUInt16LE(tail + 10); left > 0; left--) {
    expect(zip.readUInt32LE(at)).toBe(0x0201_4b50)
    const [crc, size, local] = [zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 24), zip.readUInt32LE(at + 42)]
    const nameLength = zip.readUInt16LE(at + 28)
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const data = zip.subarray(start, start + size)
    expect(crc32(data)).toBe(crc)
    expect(zip.readUInt32LE(start + size + 4)).toBe(crc)
    files.set(name, data)
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  expect(at).toBe(tail)
  return files
}

describe('zipStream', () => {
  it('gives back every file under its name, and has the size that was told', async () => {
    const file = fc.record({ name: fc.string({ minLength: 1, unit: 'grapheme' }), bytes: fc.uint8Array() })
    const files = fc.uniqueArray(file, { selector: ({ name }) => name })
    await fc.assert(
      fc.asyncProperty(files, async (given) => {
        const entries = given.map(({ name, bytes }) => entryOf(name, bytes))
        const zip = await archive(entries)
        expect(zip.length).toBe(zipSize(entries))
        const read = unzip(zip)
        expect(new Map([...read].map(([name, data]) => [name, [...data]]))).toEqual(
          new Map(given.map(({ name, bytes }) => [name, [...bytes]])),
        )
      }),
    )
  })

  it('ends with an error rather than with a file that is too short', async () => {
    const short = { ...entryOf('frame.png', Buffer.from('half')), size: 8 }
    await expect(archive([short])).rejects.toThrow('frame.png has 4 bytes instead of 8')
  })

  it('has the larger fields from 4 GiB on', () => {
    const name = 'f'
    const small = zipSize([{ name, size: 10 }]) - 10
    const huge = 5 * 2 ** 30
    // Local: extra field of 20 and 8 more bytes of sizes; directory: extra field of 20; end: 76 bytes of ZIP64.
    expect(zipSize([{ name, size: huge }]) - huge).toBe(small + 20 + 8 + 20 + 76)
  })

  it('has the larger fields for many files', async () => {
    const entries = Array.from({ length: 65_535 }, (_, index) => entryOf(String(index), new Uint8Array()))
    const zip = await archive(entries)
    expect(zip.length).toBe(zipSize(entries))
    expect(zip.readBigUInt64LE(zip.length - 22 - 76 + 32)).toBe(65_535n)
  })
})
