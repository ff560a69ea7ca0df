import { expect, test } from 'vitest'
import { chooseBlender, needBlender } from './choose.ts'

const here = [
  { version: '3.4.1', kind: 'executable' },
  { version: '4.2.23', kind: 'module' },
  { version: '4.5.15', kind: 'module' },
  { version: '5.0.0', kind: 'executable' },
  { version: '5.0.1', kind: 'module' },
  { version: '5.0.1', kind: 'executable' },
] as const

const choose = (wanted: Parameters<typeof chooseBlender>[1]) => {
  const found = chooseBlender(here, wanted)
  return found && `${found.version} ${found.kind}`
}

test('the exact version wins, and of two the executable', () => {
  expect(choose({ version: '5.0.1' })).toBe('5.0.1 executable')
  expect(choose({ version: '5.0.0' })).toBe('5.0.0 executable')
})

test('a series means its newest patch, and a patch that is not there its nearest relative', () => {
  expect(choose({ version: '5.0' })).toBe('5.0.1 executable')
  expect(choose({ version: '4.5.3' })).toBe('4.5.15 module')
})

test('another series stands in only where it is newer and allowed', () => {
  expect(choose({ version: '4.4' })).toBeUndefined()
  expect(choose({ version: '4.4', allowNewer: true })).toBe('4.5.15 module')
  expect(choose({ version: '5.1', allowNewer: true })).toBeUndefined()
})

test('nothing older than the file opens it, whatever was wanted', () => {
  expect(choose({ version: '3.4', fileVersion: 402 })).toBeUndefined()
  expect(choose({ version: '4.2', fileVersion: 405 })).toBeUndefined()
  expect(choose({ version: '4.2', fileVersion: 405, allowNewer: true })).toBe('4.5.15 module')
})

test("without a wish: the file's own series, else the nearest newer; without a file the newest", () => {
  expect(choose({ fileVersion: 405 })).toBe('4.5.15 module')
  expect(choose({ fileVersion: 279 })).toBe('3.4.1 executable')
  expect(choose({ fileVersion: 403 })).toBe('4.5.15 module')
  expect(choose({ fileVersion: 501 })).toBeUndefined()
  expect(choose({})).toBe('5.0.1 executable')
})

test('needing one says what is there and what was wanted', () => {
  expect(() => needBlender([])).toThrow(expect.objectContaining({ code: 'blender.not_found' }))
  expect(() => needBlender(here, { version: '4.2', fileVersion: 501 })).toThrow(
    /None of the Blenders here \(3\.4\.1, .*5\.0\.1\) fits: 4\.2 is wanted, the file was saved by 5\.1\./,
  )
})
