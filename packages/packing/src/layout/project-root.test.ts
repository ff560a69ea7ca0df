import { describe, expect, it } from 'vitest'
import { isInside, projectRoot } from './project-root.ts'

describe('projectRoot', () => {
  it('is the folder that all files share', () => {
    expect(projectRoot('posix', '/p/shots/a.blend', ['/p/tex/wood.png', '/p/lib/b.blend'])).toBe('/p')
    expect(projectRoot('posix', '/p/a/x.blend', ['/p/ab/t.png'])).toBe('/p')
    expect(projectRoot('posix', '/p/a.blend', [])).toBe('/p')
  })

  it('is not made the whole disk by one file far away, whatever comes first', () => {
    for (const files of [
      ['/mnt/library/wood.png', '/home/ada/film/tex/a.png'],
      ['/home/ada/film/tex/a.png', '/mnt/library/wood.png', '/home/bob/b.png'],
    ])
      expect(projectRoot('posix', '/home/ada/film/shots/a.blend', files)).toBe('/home/ada/film')
  })

  it('knows drives and shares', () => {
    const files = ['c:\\film\\tex\\a.png', 'D:\\wood.png', '\\\\server\\share\\b.png']
    expect(projectRoot('windows', 'C:\\Film\\shots\\a.blend', files)).toBe('C:\\Film')
    expect(projectRoot('windows', '\\\\server\\share\\film\\a.blend', ['\\\\server\\other\\b.png'])).toBe(
      '\\\\server\\share\\film',
    )
  })
})

it('does not take a folder for another one with the same beginning', () => {
  expect(isInside('posix', '/p/ab/t', '/p/a')).toBe(false)
  expect(isInside('posix', '/p/a', '/p/a')).toBe(true)
  expect(isInside('windows', 'c:\\P\\a', 'C:\\p')).toBe(true)
})
