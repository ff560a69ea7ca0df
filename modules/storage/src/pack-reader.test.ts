import { createHash } from 'node:crypto'
import { packLimit } from '@backlot/contract/schemas/storage'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PackEntry, PackReader } from './pack-reader.ts'

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
function entryOf(bytes: Uint8Array): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt32BE(bytes.length)
  return Buffer.concat([sha(bytes), size, bytes])
}
const contents = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 12 })

/** Reads a pack that arrives in pieces, cut at these places. */
function read(pack: Uint8Array, cuts: number[]): PackReader {
  const reader = new PackReader()
  const places = [0, ...cuts.map((cut) => cut % (pack.length + 1)).toSorted((a, b) => a - b), pack.length]
  for (const [index, place] of places.slice(1).entries()) reader.push(pack.subarray(places[index], place))
  reader.end()
  return reader
}

function outcome(pack: Uint8Array, cuts: number[]): { entries: readonly PackEntry[]; code?: unknown } {
  try {
    return { entries: read(pack, cuts).entries }
  } catch (error) {
    return { entries: [], code: (error as { code?: unknown }).code }
  }
}

describe('PackReader', () => {
  it('finds every file, however the network cuts the pack', () => {
    fc.assert(
      fc.property(contents, fc.array(fc.nat()), (files, cuts) => {
        const pack = Buffer.concat(files.map(entryOf))
        const { entries } = read(pack, cuts)
        expect(entries.map(({ offset, size }) => pack.subarray(offset, offset + size))).toEqual(files.map(Buffer.from))
        expect(
          entries.every((entry, index) => entry.sound && entry.sha256.equals(sha(files[index] ?? Buffer.of()))),
        ).toBe(true)
      }),
    )
  })

  it('never takes changed bytes for sound: a flipped bit spoils its entry or the pack', () => {
    fc.assert(
      fc.property(contents, fc.nat(), fc.integer({ min: 0, max: 7 }), fc.array(fc.nat()), (files, at, bit, cuts) => {
        const pack = Buffer.concat(files.map(entryOf))
        const place = at % pack.length
        pack.writeUInt8(pack.readUInt8(place) ^ (1 << bit), place)
        const { entries, code } = outcome(pack, cuts)
        const spoilt = entries.some((entry) => !entry.sound)
        expect(spoilt || code === 'blob.malformed_pack' || code === 'request.too_large').toBe(true)
        for (const { sound, sha256, offset, size } of entries)
          expect(sound).toBe(sha(pack.subarray(offset, offset + size)).equals(sha256))
      }),
    )
  })

  it('refuses a pack that is cut short, empty or too large', () => {
    fc.assert(
      fc.property(contents, fc.nat(), (files, cut) => {
        const whole = Buffer.concat(files.map(entryOf))
        const ends = new Set([0])
        for (const file of files) ends.add(Math.max(...ends) + 36 + file.length)
        const length = cut % whole.length
        fc.pre(!ends.has(length))
        expect(() => read(whole.subarray(0, length), [])).toThrow('in the middle')
      }),
    )
    expect(() => read(new Uint8Array(0), [])).toThrow('empty')
    const swarm = Buffer.concat(Array.from({ length: 5001 }, () => entryOf(Buffer.of())))
    expect(() => read(swarm, [])).toThrow('5000 files')
    const huge = Buffer.alloc(36)
    huge.writeUInt32BE(packLimit, 32)
    expect(() => read(huge, [])).toThrow(String(packLimit))
  })
})
