import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { Object: ['ID id'], MeshCacheModifierData: ['char filepath[1024]'] }

test("a modifier's file", async () => {
  const blocks = [
    { code: 'OB', struct: 'Object', data: { 'id.name': 'OBCube' } },
    { code: 'DATA', struct: 'MeshCacheModifierData', data: { filepath: '//a.mdd' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'mesh_cache', type: 'MeshCacheModifier', block: 'OBCube', stored: '//a.mdd', optional: false },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/a.mdd'])
})
