import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Patch } from './patch.ts'
import { PatchList } from './patch.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const patch = (start: number, end: number, text: string, expected = ''): Patch => ({
  start,
  end,
  bytes: bytes(text),
  expected: bytes(expected),
})
const apply = (list: PatchList, text: string, start: number) => new TextDecoder().decode(list.apply(bytes(text), start))

test('pieces keep their length, what is longer is in the last', () => {
  const list = new PatchList([patch(2, 8, 'ABCDEFGHIJ')])
  expect([apply(list, '0123', 0), apply(list, '45', 4), apply(list, '6789', 6)]).toEqual(['01AB', 'CD', 'EFGHIJ89'])
  expect([list.growth(0, 4), list.growth(4, 6), list.growth(6, 10)]).toEqual([0, 0, 4])
})

test('what is shorter ends early', () => {
  const list = new PatchList([patch(2, 8, 'AB')])
  expect([apply(list, '0123', 0), apply(list, '45', 4), apply(list, '6789', 6)]).toEqual(['01AB', '', '89'])
})

test('a piece in which nothing differs is the same array', () => {
  const list = new PatchList([patch(2, 8, '2345AB')])
  const piece = bytes('0123')
  expect(list.apply(piece, 0)).toBe(piece)
  expect(apply(list, '456789', 4)).toBe('45AB89')
})

test('touches what it changes, and no empty piece', () => {
  const list = new PatchList([patch(2, 4, 'AB'), patch(8, 9, 'C')])
  const touched = [
    [0, 2],
    [0, 3],
    [3, 3],
    [3, 9],
    [4, 8],
    [8, 20],
    [9, 20],
  ] as const
  expect(touched.map(([start, end]) => list.touches(start, end))).toEqual([
    false,
    true,
    false,
    true,
    false,
    true,
    false,
  ])
})

test('what is not there as expected is an error, in whatever piece', () => {
  const list = new PatchList([patch(2, 6, 'ABCD', '234')])
  expect(apply(list, '01234567', 0)).toBe('01ABCD67')
  const changed = expect.objectContaining({ code: 'blend.changed' }) as Error
  expect(() => apply(list, '012x4567', 0)).toThrow(changed)
  expect(() => apply(list, 'x567', 4)).toThrow(changed)
  expect(apply(list, '4x67', 4)).toBe('CD67')
})

test('cut anywhere, the whole is the same', () => {
  const spans = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 9 }), fc.string({ maxLength: 12 })), {
    maxLength: 5,
  })
  fc.assert(
    fc.property(spans, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (made, cuts) => {
      const patches: Patch[] = []
      let at = 0
      for (const [gap, length, text] of made) {
        patches.push(patch(at + gap, at + gap + length, text))
        at += gap + length
      }
      const whole = bytes('0123456789'.repeat(10))
      const list = new PatchList(patches)
      const parts: Uint8Array[] = []
      for (let start = 0, cut = 0; start < whole.length; cut++) {
        const piece = whole.subarray(start, start + cuts[cut % cuts.length]!)
        parts.push(list.apply(piece, start))
        expect(parts.at(-1)!.length - piece.length).toBe(list.growth(start, start + piece.length))
        start += piece.length
      }
      expect(Buffer.concat(parts).toString('hex')).toBe(Buffer.from(list.apply(whole, 0)).toString('hex'))
    }),
  )
})
