import { expect, test } from 'vitest'
import { frameName, framePattern } from './frames.ts'

test.each([
  [
    'shot2_0001.exr',
    ['shot2_0001.exr', 'shot2_9999.exr', 'shot2_10000.exr'],
    ['shot2_001.exr', 'shot3_0001.exr', 'shot2_00001.exr'],
  ],
  ['a1b.png', ['a1b.png', 'a2b.png', 'a10b.png'], ['a01b.png', 'ab.png', 'a1b.jpg']],
  ['0001', ['0002'], ['2', 'x0002']],
  ['take.3.0007.png', ['take.3.0008.png'], ['take.4.0007.png']],
  ['we+ird(1).png', ['we+ird(2).png'], ['weird(1).png']],
  ['.0001.png', ['.0002.png'], ['0002.png']],
  ['scan_20260101123456.png', ['scan_20260101123457.png'], ['scan_2026010112345.png', 'scan_120260101123456.png']],
])('%s', (name, frames, others) => {
  const pattern = framePattern(name)!
  expect(frames.filter((file) => !pattern.test(file))).toEqual([])
  expect(others.filter((file) => pattern.test(file))).toEqual([])
})

test('a name without a number before its ending is no sequence', () => {
  expect(framePattern('still.png')).toBeUndefined()
  expect(framePattern('still.mp4')).toBeUndefined()
})

test('a number that is not directly before the ending is none for those who want it there', () => {
  expect(framePattern('smoke_01_x.vdb', true)).toBeUndefined()
  expect(framePattern('smoke_01.x.vdb', true)).toBeUndefined()
  expect(framePattern('smoke_01.vdb', true)?.test('smoke_02.vdb')).toBe(true)
})

test.each([
  ['a_0001.abc', 12, 'a_0012.abc'],
  ['a_01.abc', 1234, 'a_1234.abc'],
  ['a_001.abc', -5, 'a_-05.abc'],
  ['still.abc', 12, 'still.abc'],
])('%s, frame %i: %s', (name, frame, expected) => {
  expect(frameName(name, frame)).toBe(expected)
})

test('a name as long as a path can be', () => {
  expect(framePattern('1a'.repeat(2000))?.test(`${'1a'.repeat(1999)}2a`)).toBe(true)
  expect(framePattern('1'.repeat(2000) + 'a'.repeat(2000))).toBeDefined()
})
