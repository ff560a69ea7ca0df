import { expect, test } from 'vitest'
import type { BlockInput } from '../testing/blend-writer.ts'
import { findMoved, findReferences, openMoved } from '../testing/find-references.ts'

const structs = {
  Object: ['ID id'],
  IDPropertyUIData: ['char *description', 'int rna_subtype', 'int pad'],
  IDPropertyUIDataString: ['IDPropertyUIData base', 'char *default_value'],
  IDPropertyData: ['void *pointer', 'ListBase group', 'int val', 'int val2'],
  IDProperty: [
    'IDProperty *next',
    'char type',
    'char pad[7]',
    'IDPropertyData data',
    'int len',
    'int totallen',
    'IDPropertyUIData *ui_data',
  ],
  NodesModifierSettings: ['IDProperty *properties'],
  NodesModifierData: ['NodesModifierSettings settings', 'int pad[2]'],
}
const object = { code: 'OB', struct: 'Object', data: { 'id.name': 'OBCube' } }

/** A string property in a group, with its settings. */
const property = (address: number, text: string, subtype: number, next = 0): BlockInput[] => [
  {
    code: 'DATA',
    struct: 'IDProperty',
    address,
    data: { next, 'data.pointer': address + 1, len: text.length + 1, totallen: text.length + 1, ui_data: address + 2 },
  },
  { code: 'DATA', address: address + 1, bytes: new TextEncoder().encode(`${text}\0`) },
  { code: 'DATA', struct: 'IDPropertyUIDataString', address: address + 2, data: { 'base.rna_subtype': subtype } },
]
const group = (address: number, first: number): BlockInput => ({
  code: 'DATA',
  struct: 'IDProperty',
  address,
  data: { type: 6, 'data.group.first': first },
})

test('files and folders, and no other strings', async () => {
  const blocks = [
    object,
    group(0x10, 0x20),
    ...property(0x20, '//notes.txt', 1, 0x30),
    ...property(0x30, '//renders/', 2, 0x40),
    ...property(0x40, '//a text', 0),
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'custom_property', block: 'OBCube', stored: '//notes.txt', expansion: { how: 'file' }, optional: true },
    { stored: '//renders/', expansion: { how: 'nothing' }, optional: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/notes.txt', '//moved/renders/'])
  const moved = await (await openMoved(structs, blocks)).view(2)
  expect([moved.int('len'), moved.int('totallen')]).toEqual([18, 18])
})

test('inputs of geometry nodes are theirs, and needed', async () => {
  const modifier = { code: 'DATA', struct: 'NodesModifierData', data: { 'settings.properties': 0x10 } }
  const blocks = [object, modifier, group(0x10, 0x20), ...property(0x20, '//a.obj', 1)]
  expect(await findReferences(structs, blocks)).toMatchObject([{ kind: 'geometry_import', optional: false }])
})

test('settings that nothing refers to', async () => {
  const [, , settings] = property(0x20, '//a.txt', 1)
  expect(await findReferences(structs, [object, settings!])).toEqual([])
})
