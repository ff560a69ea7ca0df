import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { Mesh: ['ID id'], CustomDataExternal: ['char filename[1024]'] }

test("a mesh's displacement file", async () => {
  const blocks = [
    { code: 'ME', struct: 'Mesh', data: { 'id.name': 'MECube' } },
    { code: 'DATA', struct: 'CustomDataExternal', data: { filename: '//Cube.btx' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'multires', block: 'MECube', stored: '//Cube.btx' },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/Cube.btx'])
})
