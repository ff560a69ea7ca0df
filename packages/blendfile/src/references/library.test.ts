import { expect, test } from 'vitest'
import { findReferences } from '../testing/find-references.ts'

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
})

test('packed: the whole file, or an archive of another library', async () => {
  const structs = { Library: ['ID id', 'char name[1024]', 'Library *archive_parent_library', 'PackedFile *packedfile'] }
  const blocks = [
    { code: 'LI', struct: 'Library', data: { 'id.name': 'LIa', name: '//a.blend', packedfile: 0x10 } },
    { code: 'LI', struct: 'Library', data: { 'id.name': 'LIb', name: '//b.blend', archive_parent_library: 0x20 } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([{ packed: true }, { packed: true }])
})
