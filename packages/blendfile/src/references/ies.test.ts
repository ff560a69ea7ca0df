import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { Light: ['ID id'], NodeShaderTexIES: ['int mode', 'char filepath[1024]'] }

test('external profiles only', async () => {
  const blocks = [
    { code: 'LA', struct: 'Light', data: { 'id.name': 'LALamp' } },
    { code: 'DATA', struct: 'NodeShaderTexIES', data: { mode: 1, filepath: '//l.ies' } },
    { code: 'DATA', struct: 'NodeShaderTexIES', data: { mode: 0, filepath: '//stale.ies' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'ies', type: 'ShaderNodeTexIES', block: 'LALamp', field: 'NodeShaderTexIES.filepath', stored: '//l.ies' },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/l.ies'])
})
