import { expect, test } from 'vitest'
import { findReferences } from '../testing/find-references.ts'

const structs = { bNodeTree: ['ID id'], bNodeSocketValueString: ['int subtype', 'char pad[4]', 'char value[1024]'] }

test('strings that are file paths, and no others', async () => {
  const blocks = [
    { code: 'NT', struct: 'bNodeTree', data: { 'id.name': 'NTImport' } },
    { code: 'DATA', struct: 'bNodeSocketValueString', data: { subtype: 1, value: '//a.obj' } },
    { code: 'DATA', struct: 'bNodeSocketValueString', data: { subtype: 0, value: 'Hello' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'geometry_import', block: 'NTImport', stored: '//a.obj' },
  ])
})
