import { expect, test } from 'vitest'
import { modernLayout } from '../testing/blend-writer.ts'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { Object: ['ID id'], PointCache: ['int flag', 'int pad', 'char name[64]', 'char path[1024]'] }
const object = { code: 'OB', struct: 'Object', data: { 'id.name': 'OBClö' } }
const onDisk = 64
const cases = [
  ['memory only', 0, []],
  ['on disk, not baked', onDisk, [{ stored: '//blendcache_scene', optional: true }]],
  ['on disk, baked', onDisk | 1, [{ stored: '//blendcache_scene', optional: false }]],
  ['external', 512, [{ stored: '//own', optional: false }]],
  ['placeholder of a fluid domain', onDisk | 4096, []],
] as const

test.each(cases)('%s', async (_, flag, expected) => {
  const blocks = [object, { code: 'DATA', struct: 'PointCache', data: { flag, path: '//own' } }]
  expect(await findReferences(structs, blocks)).toMatchObject(expected)
  // The folder beside the .blend is written nowhere: it follows the name of the .blend.
  const moved = expected.map(({ stored }) => (stored === '//own' ? '//moved/own' : stored))
  expect(await findMoved(structs, blocks)).toEqual(moved)
})

test('of each file that it is linked into, beside that', async () => {
  const blocks = [object, { code: 'DATA', struct: 'PointCache', data: { flag: onDisk | 1 | (1 << 11) } }]
  expect(await findReferences(structs, blocks)).toMatchObject([{ stored: '//blendcache_scene', optional: false }])
  // What the library has baked says nothing about the other file.
  expect(await findReferences(structs, blocks, modernLayout, { blend: 'scene', opened: 'shot' })).toMatchObject([
    { stored: '//blendcache_shot', optional: true },
  ])
})

test.each([
  ['', ['436CC3B6_000001_00.bphys', '436CC3B6_000010_01.bphys']],
  ['my (cache)', ['my (cache)_000001_00.bphys']],
])('files of a cache named "%s"', async (name, expected) => {
  const blocks = [object, { code: 'DATA', struct: 'PointCache', data: { flag: onDisk, name } }]
  const [found] = await findReferences(structs, blocks)
  const { expansion } = found!
  const names = [
    '436CC3B6_000001_00.bphys',
    '436CC3B6_000010_01.bphys',
    'my (cache)_000001_00.bphys',
    'x_000001_00.bphys',
  ]
  expect(expansion.how === 'folder' && names.filter((file) => expansion.names!.test(file))).toEqual(expected)
})
