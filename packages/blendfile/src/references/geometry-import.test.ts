import { expect, test } from 'vitest'
import { findMoved, findReferences, openMoved } from '../testing/find-references.ts'

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
  expect(await findMoved(structs, blocks)).toEqual(['//moved/a.obj'])
})

test("inputs of a modifier's node group that are file paths; their lengths are rewritten too", async () => {
  const properties = {
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
  const text = (address: number, content: string) => ({
    code: 'DATA',
    address,
    bytes: new TextEncoder().encode(`${content}\0`),
  })
  const blocks = [
    { code: 'OB', struct: 'Object', data: { 'id.name': 'OBCube' } },
    { code: 'DATA', struct: 'NodesModifierData', data: { 'settings.properties': 0x10 } },
    { code: 'DATA', struct: 'IDProperty', address: 0x10, data: { type: 6, 'data.group.first': 0x20 } },
    {
      code: 'DATA',
      struct: 'IDProperty',
      address: 0x20,
      data: { next: 0x30, 'data.pointer': 0x21, len: 8, totallen: 9, ui_data: 0x22 },
    },
    text(0x21, '//a.obj'),
    { code: 'DATA', struct: 'IDPropertyUIDataString', address: 0x22, data: { 'base.rna_subtype': 1 } },
    { code: 'DATA', struct: 'IDProperty', address: 0x30, data: { 'data.pointer': 0x31, len: 6, ui_data: 0x32 } },
    text(0x31, 'Hello'),
    { code: 'DATA', struct: 'IDPropertyUIDataString', address: 0x32, data: {} },
  ]
  expect(await findReferences(properties, blocks)).toMatchObject([
    { kind: 'geometry_import', type: 'NodesModifier', block: 'OBCube', stored: '//a.obj', expansion: { how: 'file' } },
  ])
  expect(await findMoved(properties, blocks)).toEqual(['//moved/a.obj'])
  const file = await openMoved(properties, blocks)
  const property = await file.view(3)
  expect([property.int('len'), property.int('totallen')]).toEqual([14, 14])
})
