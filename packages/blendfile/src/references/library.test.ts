import { expect, test } from 'vitest'
import { decodePathBytes } from '../path/path-text.ts'
import { findMoved, findReferences, openMoved } from '../testing/find-references.ts'

test('a library from which something is linked is needed, one without is not', async () => {
  const blocks = [
    { code: 'LI', struct: 'Library', data: { 'id.name': 'LIused', name: '//used.blend' } },
    { code: 'ID', struct: 'ID', data: { name: 'OBCube' } },
    { code: 'LI', struct: 'Library', data: { 'id.name': 'LIidle', name: '//idle.blend' } },
  ]
  expect(await findReferences({}, blocks)).toMatchObject([
    { kind: 'library', type: 'Library', block: 'LIused', stored: '//used.blend', optional: false, packed: false },
    { block: 'LIidle', optional: true },
  ])
  expect(await findMoved({}, blocks)).toEqual(['//moved/used.blend', '//moved/idle.blend'])
})

test('the absolute path, which Blender makes anew, takes the new path too', async () => {
  const structs = { Library: ['ID id', 'char name[1024]', 'char filepath[1024]'] }
  const data = { 'id.name': 'LIa', name: '//a.blend', filepath: '/home/artist/secret/film/a.blend' }
  const file = await openMoved(structs, [{ code: 'LI', struct: 'Library', data }])
  const view = await file.view(file.ids[0]!)
  expect(['name', 'filepath'].map((field) => decodePathBytes(view.chars(field)))).toEqual([
    '//moved/a.blend',
    '//moved/a.blend',
  ])
  expect(decodePathBytes(await file.content.read(0, 1000))).not.toContain('secret')
})

test('packed: the whole file, or an archive of another library', async () => {
  const structs = { Library: ['ID id', 'char name[1024]', 'Library *archive_parent_library', 'PackedFile *packedfile'] }
  const blocks = [
    { code: 'LI', struct: 'Library', data: { 'id.name': 'LIa', name: '//a.blend', packedfile: 0x10 } },
    { code: 'LI', struct: 'Library', data: { 'id.name': 'LIb', name: '//b.blend', archive_parent_library: 0x20 } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([{ packed: true }, { packed: true }])
})
