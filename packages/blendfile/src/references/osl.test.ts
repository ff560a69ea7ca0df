import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  Material: ['ID id'],
  NodeShaderScript: ['int mode', 'int flag', 'char filepath[1024]'],
  Camera: ['ID id', 'char type', 'char pad[3]', 'int custom_mode', 'char custom_filepath[1024]'],
}

test('external scripts of nodes only', async () => {
  const blocks = [
    { code: 'MA', struct: 'Material', data: { 'id.name': 'MAm' } },
    { code: 'DATA', struct: 'NodeShaderScript', data: { mode: 1, filepath: '//s.osl' } },
    { code: 'DATA', struct: 'NodeShaderScript', data: { mode: 0, filepath: '//stale.osl' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'osl_script', type: 'ShaderNodeScript', block: 'MAm', stored: '//s.osl' },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/s.osl'])
})

test('the compiled script beside a source', async () => {
  const blocks = [
    { code: 'MA', struct: 'Material', data: { 'id.name': 'MAm' } },
    { code: 'DATA', struct: 'NodeShaderScript', data: { mode: 1, filepath: '//osl/s.osl' } },
    { code: 'DATA', struct: 'NodeShaderScript', data: { mode: 1, filepath: '//s.oso' } },
  ]
  const found = await findReferences(structs, blocks)
  expect(found.map(({ expansion }) => expansion.how === 'file' && expansion.also?.toString())).toEqual([
    '//osl/s.oso',
    undefined,
  ])
})

test('cameras: needed only while the camera is a custom one', async () => {
  const data = { 'id.name': 'CAc', custom_mode: 1, custom_filepath: '//c.osl' }
  const blocks = [
    { code: 'CA', struct: 'Camera', data: { ...data, type: 3 } },
    { code: 'CA', struct: 'Camera', data: { ...data, type: 0 } },
    { code: 'CA', struct: 'Camera', data: { ...data, type: 3, custom_mode: 0 } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { type: 'Camera', stored: '//c.osl', optional: false },
    { optional: true },
  ])
})
