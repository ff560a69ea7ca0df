import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AddressMap } from './address-map.ts'

test('it is a map of 64-bit addresses in which the first entry stays', () => {
  const entry = fc.tuple(fc.nat(30), fc.constantFrom(0, 1, 0xffffffff), fc.nat(1000))
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 60 }), (entries) => {
      const map = new AddressMap(entries.length)
      const model = new Map<string, number>()
      for (const [low, high, value] of entries) {
        map.set(low, high, value)
        if (!model.has(`${low},${high}`)) model.set(`${low},${high}`, value)
      }
      for (let low = 0; low < 31; low++) {
        for (const high of [0, 1, 0xffffffff]) expect(map.get(low, high)).toBe(model.get(`${low},${high}`) ?? -1)
      }
    }),
  )
})
