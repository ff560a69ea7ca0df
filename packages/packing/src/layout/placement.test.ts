import { isTreePath } from '@backlot/contract/schemas/common'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Placement } from './placement.ts'

/** UTF-16 units of any kind, lone surrogates too: what escaped bytes of a path are. */
const anyText = (maxLength: number) =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength }).map((units) => String.fromCharCode(...units))

describe('Placement', () => {
  it('keeps the tree of the project, and that of what lies outside', () => {
    const placement = new Placement('posix', '/p')
    expect(placement.placeFile('/p/shots/a.blend')).toBe('shots/a.blend')
    expect(placement.placeFile('/mnt/lib/tex/wood.png')).toBe('_outside/mnt/lib/tex/wood.png')
    expect(placement.placeFolder('/p')).toBe('')
    expect(placement.placeFolder('/p/cache')).toBe('cache')
  })

  it('gives each drive and share of Windows a folder', () => {
    const placement = new Placement('windows', 'C:\\film')
    expect(placement.placeFile('c:\\Film\\Tex\\a.png')).toBe('Tex/a.png')
    expect(placement.placeFile('C:\\film\\tex\\A.png')).toBe('Tex/a.png')
    expect(placement.placeFile('D:\\wood.png')).toBe('_outside/drive-D/wood.png')
    expect(placement.placeFile('\\\\one\\tex\\a.png')).toBe('_outside/share/one/tex/a.png')
    expect(placement.placeFile('\\\\two\\tex\\a.png')).toBe('_outside/share/two/tex/a.png')
  })

  it('keeps a sequence together when one of its frames would meet another file', () => {
    const placement = new Placement('posix', '/p')
    expect(placement.placeFile('/p/Frame_01.png')).toBe('Frame_01.png')
    expect(placement.placeFile('/p/frame_01.png')).toBe('~2/frame_01.png')
    expect(placement.placeFile('/p/frame_02.png')).toBe('~2/frame_02.png')
    expect(placement.placeFile('/p/frame_01.png')).toBe('~2/frame_01.png')
  })

  it('tells folders apart that differ by case or by how accents are composed only', () => {
    const placement = new Placement('posix', '/p')
    expect(placement.placeFile('/p/Tex/a.png')).toBe('Tex/a.png')
    expect(placement.placeFile('/p/tex/a.png')).toBe('tex~2/a.png')
    expect(placement.placeFolder('/p/caf\u00e9')).toBe('caf\u00e9')
    expect(placement.placeFolder('/p/cafe\u0301')).toBe('cafe\u0301~2')
  })

  it('has its own folder for what is outside, even if the project has one of that name', () => {
    const placement = new Placement('posix', '/p')
    expect(placement.placeFile('/p/_outside/a.png')).toBe('_outside/a.png')
    expect(placement.placeFile('/a.png')).toBe('_outside~2/a.png')
  })

  it('gives every file of any disk a path of its own that every system can have', () => {
    const name = fc.oneof(
      anyText(8)
        .filter((text) => text !== '')
        .filter((text) => !/[/\0]/.test(text) && !/^\.\.?$/.test(text)),
      fc.constantFrom(
        'A',
        'a',
        '~2',
        'a?',
        'a*',
        'con',
        'caf\u00e9',
        'cafe\u0301',
        '_outside',
        'x1',
        'X1',
        'x2',
        'a~2',
      ),
    )
    const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => `/${names.join('/')}`)
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 40 }), (paths) => {
        // On a disk, what is a folder is no file.
        const files = paths.filter((file) => !paths.some((other) => other.startsWith(`${file}/`)))
        const placement = new Placement('posix', '/a')
        const placed = files.map((file) => placement.placeFile(file))
        expect(placed.every(isTreePath)).toBe(true)
        const folded = placed.map((file) => file.normalize('NFC').toLowerCase())
        expect(new Set(folded).size).toBe(files.length)
        // No file stands where another one has a folder.
        for (const file of folded) expect(folded.some((other) => other.startsWith(`${file}/`))).toBe(false)
        expect(files.map((file) => placement.placeFile(file))).toEqual(placed)
      }),
      { numRuns: 150 },
    )
  })
})
