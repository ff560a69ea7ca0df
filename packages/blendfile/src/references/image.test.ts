import { expect, test } from 'vitest'
import { modernLayout } from '../testing/blend-writer.ts'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  ImageTile: ['ImageTile *next', 'ImageTile *prev', 'int tile_number', 'int pad'],
  ImageView: ['ImageView *next', 'ImageView *prev', 'char name[64]', 'char filepath[1024]'],
  Image: [
    'ID id',
    'char name[1024]',
    'int flag',
    'short source',
    'char views_format',
    'char pad',
    'PackedFile *packedfile',
    'ListBase packedfiles',
    'ListBase tiles',
    'ListBase views',
  ],
}
const named = { 'id.name': 'IMwood', name: '//wood.0001.png' }
const found = { kind: 'image', block: 'IMwood', type: 'Image', field: 'name', stored: '//wood.0001.png' }
const whole = { ...found, packed: false, optional: false }

test.each([
  ['a file', 1, { how: 'file' }],
  ['a sequence', 2, { how: 'frames' }],
  ['a movie', 3, { how: 'file' }],
  ['tiles without a list', 6, { how: 'tiles', tiles: [1001] }],
])('%s', async (_, source, expansion) => {
  const blocks = [{ code: 'IM', struct: 'Image', data: { ...named, source } }]
  expect(await findReferences(structs, blocks)).toEqual([{ ...whole, expansion }])
})

test('before 3.1 a name without a token is that of one tile', async () => {
  const blocks = [{ code: 'IM', struct: 'Image', data: { ...named, source: 6 } }]
  const expansion = { how: 'tiles', tiles: [1001], byFirst: true }
  expect(await findReferences(structs, blocks, { ...modernLayout, version: 300 })).toEqual([{ ...whole, expansion }])
})

test('generated images, render results and empty paths are no dependency', async () => {
  const blocks = [4, 5].map((source) => ({ code: 'IM', struct: 'Image', data: { ...named, source } }))
  for (const name of ['', '//'])
    blocks.push({ code: 'IM', struct: 'Image', data: { 'id.name': 'IMempty', name, source: 1 } })
  expect(await findReferences(structs, blocks)).toEqual([])
})

test('tiles are those of the list; a list that bites its tail ends', async () => {
  const blocks = [
    { code: 'IM', struct: 'Image', data: { ...named, source: 6, 'tiles.first': 0x10 } },
    { code: 'DATA', struct: 'ImageTile', address: 0x10, data: { tile_number: 1001, next: 0x20 } },
    { code: 'DATA', struct: 'ImageTile', address: 0x20, data: { tile_number: 1012, next: 0x10 } },
  ]
  expect(await findReferences(structs, blocks)).toEqual([
    { ...whole, expansion: { how: 'tiles', tiles: [1001, 1012] } },
  ])
})

test.each([{ packedfile: 0x10 }, { 'packedfiles.first': 0x10 }])('packed by %j', async (packed) => {
  const blocks = [{ code: 'IM', struct: 'Image', data: { ...named, source: 1, ...packed } }]
  expect(await findReferences(structs, blocks)).toMatchObject([{ packed: true }])
})

test('a file per view: the views are needed, the path they are made from is not', async () => {
  const blocks = [
    { code: 'IM', struct: 'Image', data: { ...named, source: 1, flag: 1 << 14, 'views.first': 0x10 } },
    { code: 'DATA', struct: 'ImageView', address: 0x10, data: { filepath: '//wood_L.png', next: 0x20 } },
    { code: 'DATA', struct: 'ImageView', address: 0x20, data: { filepath: '//wood_R.png' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { stored: '//wood.0001.png', optional: true },
    { stored: '//wood_L.png', field: 'ImageView.filepath', optional: false },
    { stored: '//wood_R.png' },
  ])
  const moved = ['//moved/wood.0001.png', '//moved/wood_L.png', '//moved/wood_R.png']
  expect(await findMoved(structs, blocks)).toEqual(moved)
})

test('both eyes in one file: it is read by the paths of the views', async () => {
  const stereo = { source: 1, flag: 1 << 14, views_format: 1, 'views.first': 0x10 }
  const blocks = [
    { code: 'IM', struct: 'Image', data: { ...named, ...stereo } },
    { code: 'DATA', struct: 'ImageView', address: 0x10, data: { filepath: '/studio/wood.png' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { stored: '//wood.0001.png', optional: false },
    { stored: '/studio/wood.png', field: 'ImageView.filepath' },
  ])
})
