import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packHeadBytes, packSize, placeInPack, planPacks } from './pack-format.ts'

describe('planPacks', () => {
  it('keeps order and loses nothing; a pack exceeds the target only with a single file', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ size: fc.nat(3000) })), fc.integer({ min: 100, max: 5000 }), (files, target) => {
        const packs = planPacks(files, target)
        expect(packs.flat()).toEqual(files)
        expect(packs.every((pack) => pack.length === 1 || packSize(pack) <= target)).toBe(true)
        // No two neighbours would have fitted into one.
        for (const [index, pack] of packs.slice(1).entries())
          expect(packSize([...(packs[index] ?? []), ...pack.slice(0, 1)])).toBeGreaterThan(target)
      }),
    )
  })
})

describe('many tiny files', () => {
  it('fill a pack by their number', () => {
    const files = Array.from({ length: 12_000 }, () => ({ size: 1 }))
    expect(planPacks(files, 1e9).map((pack) => pack.length)).toEqual([5000, 5000, 2000])
  })
})

describe('placeInPack', () => {
  it('writes the head and gives the room behind it', () => {
    const pack = new Uint8Array(packHeadBytes + 2 + packHeadBytes + 3)
    placeInPack(pack, 0, { sha256: 'ab'.repeat(32), size: 2 }).fill(1)
    placeInPack(pack, packHeadBytes + 2, { sha256: 'cd'.repeat(32), size: 3 }).fill(2)
    expect(Buffer.from(pack).toString('hex')).toBe(`${'ab'.repeat(32)}000000020101${'cd'.repeat(32)}00000003020202`)
  })
})
