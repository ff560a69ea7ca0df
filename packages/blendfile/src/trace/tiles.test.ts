import { expect, test } from 'vitest'
import { tileName } from './tiles.ts'

test.each([
  ['wood.<UDIM>.png', 1012, 'wood.1012.png'],
  ['wood_<UVTILE>.png', 1001, 'wood_u1_v1.png'],
  ['wood_<UVTILE>.png', 1010, 'wood_u10_v1.png'],
  ['wood_<UVTILE>.png', 1012, 'wood_u2_v2.png'],
  ['wood.1001.png', 1002, 'wood.1001.png'],
])('%s, tile %i: %s', (name, tile, expected) => {
  expect(tileName(name, tile)).toBe(expected)
})

test.each([
  ['wood.1001.png', 1002, 'wood.1002.png'],
  ['wood_1001_diff.png', 1002, 'wood_1002_diff.png'],
  ['1001.png', 1002, '1002.png'],
  ['wood.png', 1002, 'wood.png'],
])('%s, tile %i, before 3.1: %s', (name, tile, expected) => {
  expect(tileName(name, tile, true)).toBe(expected)
})
