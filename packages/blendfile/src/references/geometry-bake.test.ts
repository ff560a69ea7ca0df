import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  Object: ['ID id'],
  NodesModifierBake: ['int id', 'int flag', 'int8_t bake_target', 'char pad[7]', 'char *directory', 'void *packed'],
  NodesModifierData: [
    'char *simulation_bake_directory',
    'int8_t bake_target',
    'char pad[3]',
    'int bakes_num',
    'NodesModifierBake *bakes',
  ],
}
const object = { code: 'OB', struct: 'Object', data: { 'id.name': 'OBSim' } }
const modifier = { simulation_bake_directory: 0x10, bakes: 0x20 }
const text = (address: number, path: string) => ({
  code: 'DATA',
  address,
  bytes: new TextEncoder().encode(`${path}\0`),
})

test("a bake in the modifier's folder, one in its own, one packed", async () => {
  const blocks = [
    object,
    { code: 'DATA', struct: 'NodesModifierData', data: modifier },
    text(0x10, '//bakes'),
    {
      code: 'DATA',
      struct: 'NodesModifierBake',
      address: 0x20,
      data: [
        { id: 123 },
        { id: 124, flag: 2, directory: 0x30 },
        { id: 125, packed: 0x40 },
        { id: 126, bake_target: 1 },
      ],
    },
    text(0x30, '//own'),
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    {
      kind: 'geometry_bake',
      stored: '//bakes',
      expansion: { how: 'folder', inside: '123', deep: true },
      packed: false,
      optional: true,
    },
    { stored: '//own', field: 'NodesModifierBake.directory', expansion: { inside: undefined } },
    { packed: true },
    { packed: true },
  ])
  // Bakes in the modifier's folder share its text: it is written once.
  const moved = ['//moved/bakes', '//moved/own', '//moved/bakes', '//moved/bakes']
  expect(await findMoved(structs, blocks)).toEqual(moved)
})

test('a modifier that was never baked has no folder', async () => {
  const blocks = [
    object,
    { code: 'DATA', struct: 'NodesModifierData', data: { bakes: 0x20 } },
    { code: 'DATA', struct: 'NodesModifierBake', address: 0x20, data: { id: 123 } },
  ]
  expect(await findReferences(structs, blocks)).toEqual([])
})
