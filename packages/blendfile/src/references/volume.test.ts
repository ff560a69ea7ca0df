import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  Volume: ['ID id', 'char filepath[1024]', 'PackedFile *packedfile', 'char is_sequence', 'char pad[7]'],
}

test('a volume, a sequence of volumes, a packed one', async () => {
  const blocks = [
    { code: 'VO', struct: 'Volume', data: { 'id.name': 'VOa', filepath: '//a.vdb' } },
    { code: 'VO', struct: 'Volume', data: { 'id.name': 'VOb', filepath: '//b_01.vdb', is_sequence: 1 } },
    { code: 'VO', struct: 'Volume', data: { 'id.name': 'VOc', filepath: '//c.vdb', packedfile: 0x10 } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'volume', type: 'Volume', field: 'filepath', expansion: { how: 'file' } },
    { stored: '//b_01.vdb', expansion: { how: 'frames', numbered: 'at the end' } },
    { packed: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/a.vdb', '//moved/b_01.vdb', '//moved/c.vdb'])
})
