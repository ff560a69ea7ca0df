import { describe, expect, test } from 'vitest'
import type { BlendHeader } from '../file/header.ts'
import type { EditedPath, PathEdit } from './edit.ts'
import { patchesOf } from './edit.ts'

const small: BlendHeader = {
  version: 405,
  fileFormat: 0,
  pointerSize: 8,
  littleEndian: true,
  blockHead: 'SmallBHead8',
  length: 12,
}
const usage = (more: Partial<EditedPath>): EditedPath => ({ block: 'IMa', field: 'name', stored: '//a.png', ...more })
const inField = (capacity = 16) => usage({ place: { how: 'field', at: 100, capacity } })
const inBlock = (length = 8) => usage({ place: { how: 'block', at: 100, length } })
const inStrip = (list?: string[]) =>
  usage({
    stored: '//s/a.png',
    list,
    place: {
      how: 'split',
      folder: { at: 100, capacity: 12, length: 3 },
      name: { at: 200, capacity: 8, stride: 50, count: list?.length ?? 1 },
    },
  })
const patches = (...edits: PathEdit[]) =>
  patchesOf(edits, small).map(({ start, end, bytes }) => [start, end, String.fromCharCode(...bytes)])

describe('a field', () => {
  test('as long as the longer path, with its zero', () => {
    expect(patches({ usage: inField(), stored: '//bb.png' })).toEqual([[100, 109, '//bb.png\0']])
    expect(patches({ usage: inField(), stored: 'b' })).toEqual([[100, 108, 'b\0\0\0\0\0\0\0']])
  })

  test('its copies are filled whole: what is in them is not known', () => {
    const place = { how: 'field', at: 100, capacity: 16, copies: [{ at: 300, capacity: 4 }] } as const
    expect(patches({ usage: usage({ place }), stored: '/b' })).toEqual([
      [100, 108, '/b\0\0\0\0\0\0'],
      [300, 304, '/b\0\0'],
    ])
  })

  test('a path that stays changes nothing', () => {
    expect(patches({ usage: inField(), stored: '//a.png' })).toEqual([])
  })

  test('the longest path that fits, and all that do not', () => {
    expect(patches({ usage: inField(8), stored: '1234567' })).toEqual([[100, 108, '1234567\0']])
    const tooLong = () =>
      patches(
        { usage: inField(8), stored: 'ä23456789' },
        { usage: usage({ block: 'IMb', place: { how: 'field', at: 400, capacity: 16 } }), stored: 'fits' },
        { usage: usage({ ...inStrip(), block: 'SCa' }), stored: '//a-long-folder/a-long-name.png' },
        {
          usage: usage({ ...inBlock(), block: 'TXa', place: { how: 'block', at: 900, length: 8 } }),
          stored: '/'.repeat(1024),
        },
      )
    expect(tooLong).toThrow(
      expect.objectContaining({
        code: 'blend.path_too_long',
        message: expect.stringMatching(/^4 paths do not fit: IMa name: 10 of at most 7 bytes; SCa/) as string,
        details: {
          paths: [
            { block: 'IMa', field: 'name', stored: 'ä23456789', bytes: 10, mostBytes: 7 },
            expect.objectContaining({ block: 'SCa', stored: '//a-long-folder/', mostBytes: 11 }) as object,
            expect.objectContaining({ block: 'SCa', stored: 'a-long-name.png', mostBytes: 7 }) as object,
            expect.objectContaining({ block: 'TXa', bytes: 1024, mostBytes: 1023 }) as object,
          ],
        },
      }),
    )
  })
})

describe('a block of its own', () => {
  test('grows to a multiple of four, and so does the length in its head', () => {
    expect(patches({ usage: inBlock(), stored: '//longer.png' })).toEqual([
      [100 - 24 + 4, 100 - 24 + 8, '\x10\0\0\0'],
      [100, 108, '//longer.png\0\0\0\0'],
    ])
  })

  test('what says how long it is elsewhere says so again', () => {
    const place = { how: 'block', at: 100, length: 8, counts: [10, 20] } as const
    expect(patches({ usage: usage({ place }), stored: '//bb.png' }).slice(0, 2)).toEqual([
      [10, 14, '\t\0\0\0'],
      [20, 24, '\t\0\0\0'],
    ])
  })

  test('keeps its length where the path fits into it', () => {
    expect(patches({ usage: inBlock(), stored: '//b.jp' })).toEqual([[100, 108, '//b.jp\0\0']])
  })

  test.each([
    ['BHead4', false, [100 - 20 + 4, 100 - 20 + 8, '\0\0\0\x04']],
    ['LargeBHead8', true, [100 - 32 + 16, 100 - 32 + 24, '\x04\0\0\0\0\0\0\0']],
  ] as const)('the head of a %s file', (blockHead, littleEndian, patch) => {
    const [first] = patchesOf([{ usage: inBlock(), stored: '//b' }], { ...small, blockHead, littleEndian })
    expect([first!.start, first!.end, String.fromCharCode(...first!.bytes)]).toEqual(patch)
  })
})

describe('a strip', () => {
  test('folder and name, each where it changes', () => {
    expect(patches({ usage: inStrip(), stored: '//s/b.png' })).toEqual([[200, 206, 'b.png\0']])
    expect(patches({ usage: inStrip(), stored: '//t\\a.png' })).toEqual([[100, 105, '//t\\\0']])
    expect(patches({ usage: inStrip(), stored: 'a.png' })).toEqual([[100, 104, '\0\0\0\0']])
  })

  test('of many images: the others move too, or all are named', () => {
    const many = inStrip(['//s/a.png', '//s/b.png', '//s/c.png'])
    expect(patches({ usage: many, stored: '//t/a.png' })).toEqual([[100, 105, '//t/\0']])
    expect(patches({ usage: many, stored: ['//s/a.png', '//s/x.png', '//s/y.png'] })).toEqual([
      [250, 256, 'x.png\0'],
      [300, 306, 'y.png\0'],
    ])
  })
})

describe('what can not be stored', () => {
  test.each<[string, PathEdit]>([
    ['a path that is in no field', { usage: usage({}), stored: '//b' }],
    ['nothing', { usage: inField(), stored: '' }],
    ['no path', { usage: inField(), stored: [] }],
    ['a zero in it', { usage: inField(), stored: '//a\0b' }],
    ['several for one', { usage: inField(), stored: ['//a', '//b'] }],
    ['a strip without a name', { usage: inStrip(), stored: '//t/' }],
    ['too few for a strip', { usage: inStrip(['//s/a.png', '//s/b.png']), stored: ['//t/a.png'] }],
    ['several folders', { usage: inStrip(['//s/a.png', '//s/b.png']), stored: ['//t/a.png', '//u/b.png'] }],
  ])('%s', (_, edit) => {
    expect(() => patches(edit)).toThrow(expect.objectContaining({ code: 'blend.path_not_storable' }))
  })

  test('two paths for one place', () => {
    const edits = [
      { usage: inBlock(), stored: '//b' },
      { usage: inBlock(), stored: '//c' },
    ]
    expect(() => patches(...edits)).toThrow(expect.objectContaining({ code: 'blend.edits_conflict' }))
    expect(patches(edits[0]!, edits[0]!)).toHaveLength(2)
  })
})
