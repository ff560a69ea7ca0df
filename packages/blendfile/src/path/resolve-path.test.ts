import { describe, expect, test } from 'vitest'
import { BlendPath, joinStored } from './blend-path.ts'
import { resolvePath } from './resolve-path.ts'

const stored = (text: string) => new BlendPath(new TextEncoder().encode(text))

describe('on Linux and macOS', () => {
  test.each([
    ['//tex/a.png', '/job/shots/tex/a.png'],
    ['//../lib/a.blend', '/job/lib/a.blend'],
    ['//..\\lib\\a.blend', '/job/lib/a.blend'],
    ['//../../../../../a.png', '/a.png'],
    ['//./tex//a.png', '/job/shots/tex/a.png'],
    ['/abs/../a.png', '/a.png'],
    ['C:\\tex\\a.png', '/c/tex/a.png'],
    ['D:/tex/a.png', '/d/tex/a.png'],
    ['\\\\server\\share\\a.png', '/server/share/a.png'],
    ['tex/a.png', '/job/shots/tex/a.png'],
  ])('%s is %s', (text, path) => {
    expect(resolvePath(stored(text), '/job/shots/s.blend', 'posix')).toBe(path)
  })
})

describe('on Windows', () => {
  test.each([
    ['//tex/a.png', 'P:\\job\\tex\\a.png'],
    ['//..\\..\\..\\a.png', 'P:\\a.png'],
    ['C:/tex/../a.png', 'C:\\a.png'],
    ['/tex/a.png', 'P:\\tex\\a.png'],
    ['\\\\server\\share\\tex\\..\\..\\a.png', '\\\\server\\share\\a.png'],
    ['tex\\a.png', 'P:\\job\\tex\\a.png'],
    ['\\\\?\\D:\\tex\\..\\a.png', 'D:\\a.png'],
    ['\\\\?\\UNC\\nas\\films\\a.png', '\\\\nas\\films\\a.png'],
    ['\\\\one\\films\\..\\..\\..\\a.png', '\\\\one\\films\\a.png'],
    ['\\\\two\\films\\a.png', '\\\\two\\films\\a.png'],
  ])('%s is %s', (text, path) => {
    expect(resolvePath(stored(text), 'P:\\job\\s.blend', 'windows')).toBe(path)
  })

  test('a .blend on a share', () => {
    expect(resolvePath(stored('//..\\tex\\a.png'), '\\\\nas\\films\\s01\\a.blend', 'windows')).toBe(
      '\\\\nas\\films\\tex\\a.png',
    )
    expect(resolvePath(stored('/tex/a.png'), '\\\\nas\\films\\s01\\a.blend', 'windows')).toBe(
      '\\\\nas\\films\\tex\\a.png',
    )
  })
})

test('a folder and a name that are stored apart', () => {
  const join = (folder: string, name: string) =>
    joinStored(new TextEncoder().encode(folder), new TextEncoder().encode(name)).toString()
  expect(join('//shots/', 'a.png')).toBe('//shots/a.png')
  expect(join('//shots', 'a.png')).toBe('//shots/a.png')
  expect(join('C:\\shots\\', 'a.png')).toBe('C:\\shots\\a.png')
  expect(join('', 'a.png')).toBe('a.png')
})
