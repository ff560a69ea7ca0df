import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  MovieClipProxy: ['char dir[768]'],
  MovieClip: ['ID id', 'char name[1024]', 'int source', 'MovieClipProxy proxy', 'int flag'],
  StripProxy: ['char dir[768]', 'char file[256]', 'char storage', 'char pad[7]'],
  Editing: ['char proxy_dir[1024]', 'int proxy_storage', 'int pad'],
  Scene: ['ID id'],
}
const scene = { code: 'SC', struct: 'Scene', data: { 'id.name': 'SCScene' } }
const listed = { kind: 'proxy', expansion: { how: 'nothing' }, optional: true }

test('of a clip, when it has a folder of its own', async () => {
  const clip = (flag: number) => [
    { code: 'MC', struct: 'MovieClip', data: { 'id.name': 'MCa', 'proxy.dir': '//proxies', flag } },
  ]
  expect(await findReferences(structs, clip(2))).toMatchObject([{ ...listed, stored: '//proxies', field: 'proxy.dir' }])
  expect(await findMoved(structs, clip(2))).toEqual(['//moved/proxies'])
  expect(await findReferences(structs, clip(1))).toEqual([])
})

test('of a strip: a folder, a file in it, or neither', async () => {
  const strip = (storage: number) => [
    scene,
    { code: 'DATA', struct: 'StripProxy', data: { dir: '//proxies', file: 'p.avi', storage } },
  ]
  expect(await findReferences(structs, strip(4))).toMatchObject([{ ...listed, stored: '//proxies' }])
  expect(await findReferences(structs, strip(6))).toMatchObject([{ ...listed, stored: '//proxies/p.avi' }])
  expect(await findReferences(structs, strip(0))).toEqual([])
  expect(await findMoved(structs, strip(4))).toEqual(['//moved/proxies'])
  expect(await findMoved(structs, strip(6))).toEqual(['//moved/proxies/p.avi'])
})

test('of all strips of a scene', async () => {
  const editing = (proxy_storage: number) => [
    scene,
    { code: 'DATA', struct: 'Editing', data: { proxy_dir: '//proxies', proxy_storage } },
  ]
  expect(await findReferences(structs, editing(1))).toMatchObject([{ ...listed, stored: '//proxies' }])
  expect(await findMoved(structs, editing(1))).toEqual(['//moved/proxies'])
  expect(await findReferences(structs, editing(0))).toEqual([])
})
