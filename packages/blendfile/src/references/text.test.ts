import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { Text: ['ID id', 'char *name', 'int flags', 'int pad'] }

test('the file that a text came from is not needed: its lines are in the .blend', async () => {
  const blocks = [
    { code: 'TX', struct: 'Text', data: { 'id.name': 'TXa', name: 0x10 } },
    { code: 'DATA', address: 0x10, bytes: new TextEncoder().encode('//a.py\0') },
    { code: 'TX', struct: 'Text', data: { 'id.name': 'TXinternal' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'text', type: 'Text', block: 'TXa', stored: '//a.py', optional: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/a.py'])
})
