import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  StripElem: ['char name[256]'],
  Strip: ['StripElem *stripdata', 'char dir[768]'],
  Sequence: ['Sequence *next', 'Sequence *prev', 'int type', 'int pad', 'Strip *strip', 'bSound *sound'],
  Scene: ['ID id'],
}
const scene = { code: 'SC', struct: 'Scene', data: { 'id.name': 'SCScene' } }

function strips(type: number, names: readonly string[], more: object = {}) {
  return [
    scene,
    { code: 'DATA', struct: 'Sequence', data: { type, strip: 0x10, ...more } },
    { code: 'DATA', struct: 'Strip', address: 0x10, data: { dir: '//shots', stripdata: 0x20 } },
    { code: 'DATA', struct: 'StripElem', address: 0x20, data: names.map((name) => ({ name })) },
  ]
}

test('images as they are listed', async () => {
  const [found, ...rest] = await findReferences(structs, strips(0, ['a1.png', 'a5.png']))
  expect(rest).toEqual([])
  expect(found).toMatchObject({ kind: 'strip', type: 'ImageStrip', block: 'SCScene', stored: '//shots/a1.png' })
  expect(found!.expansion.how === 'list' && found!.expansion.paths.map(String)).toEqual([
    '//shots/a1.png',
    '//shots/a5.png',
  ])
  const moved = ['//moved/shots/a1.png', '//moved/shots/a5.png']
  expect(await findMoved(structs, strips(0, ['a1.png', 'a5.png']))).toEqual(moved)
})

test('a movie', async () => {
  expect(await findReferences(structs, strips(3, ['m.mp4']))).toMatchObject([
    { type: 'MovieStrip', stored: '//shots/m.mp4', expansion: { how: 'file' } },
  ])
})

test('a sound strip without a Sound data-block names its file itself', async () => {
  expect(await findReferences(structs, strips(4, ['s.wav']))).toMatchObject([
    { type: 'SoundStrip', stored: '//shots/s.wav' },
  ])
})

test("a sound strip's copy of its Sound's path needs no file, and is rewritten", async () => {
  const blocks = strips(4, ['s.wav'], { sound: 0x99 })
  expect(await findReferences(structs, blocks)).toMatchObject([
    { stored: '//shots/s.wav', expansion: { how: 'nothing' }, optional: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/shots/s.wav'])
})

test.each([1, 2, 8])('strip type %i has no path', async (type) => {
  expect(await findReferences(structs, strips(type, ['x']))).toEqual([])
})

test('a strip without media, and one without a name', async () => {
  const blocks = [scene, { code: 'DATA', struct: 'Sequence', data: { type: 0, strip: 0x99 } }]
  expect(await findReferences(structs, blocks)).toEqual([])
  expect(await findReferences(structs, strips(0, ['']))).toEqual([])
})
