import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  CacheFileLayer: ['CacheFileLayer *next', 'CacheFileLayer *prev', 'char filepath[1024]', 'int flag', 'int pad'],
  CacheFile: [
    'ID id',
    'ListBase layers',
    'char filepath[1024]',
    'char is_sequence',
    'char override_frame',
    'char pad[2]',
    'float frame',
    'AnimData *adt',
  ],
}

test('a cache with layers; a hidden layer is not needed', async () => {
  const blocks = [
    { code: 'CF', struct: 'CacheFile', data: { 'id.name': 'CFa', filepath: '//a.abc', 'layers.first': 0x10 } },
    { code: 'DATA', struct: 'CacheFileLayer', address: 0x10, data: { filepath: '//b.abc', next: 0x20 } },
    { code: 'DATA', struct: 'CacheFileLayer', address: 0x20, data: { filepath: '//c.abc', flag: 1 } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'cache_file', type: 'CacheFile', stored: '//a.abc', expansion: { how: 'file' } },
    { type: 'CacheFileLayer', stored: '//b.abc', optional: false },
    { stored: '//c.abc', optional: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/a.abc', '//moved/b.abc', '//moved/c.abc'])
})

test('a file per frame', async () => {
  const blocks = [
    { code: 'CF', struct: 'CacheFile', data: { 'id.name': 'CFa', filepath: '//a_01.abc', is_sequence: 1 } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { expansion: { how: 'frames', numbered: 'at the end' } },
  ])
})

test('one frame only, unless that is animated; a layer is never a sequence', async () => {
  const sequence = { filepath: '//a_01.abc', is_sequence: 1, override_frame: 1, frame: 7.5 }
  const blocks = [
    { code: 'CF', struct: 'CacheFile', data: { ...sequence, 'id.name': 'CFa', 'layers.first': 0x10 } },
    { code: 'DATA', struct: 'CacheFileLayer', address: 0x10, data: { filepath: '//l_01.abc' } },
    { code: 'CF', struct: 'CacheFile', data: { ...sequence, 'id.name': 'CFb', adt: 0x99 } },
  ]
  expect((await findReferences(structs, blocks)).map(({ expansion }) => expansion)).toEqual([
    { how: 'frames', numbered: 'at the end', only: 7 },
    { how: 'file' },
    { how: 'frames', numbered: 'at the end' },
  ])
})
