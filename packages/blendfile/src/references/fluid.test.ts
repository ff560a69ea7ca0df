import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  Object: ['ID id'],
  FluidDomainSettings: ['int cache_flag', 'char cache_directory[1024]'],
  FluidsimSettings: ['short type', 'short pad', 'char surfdataPath[1024]'],
}
const object = { code: 'OB', struct: 'Object', data: { 'id.name': 'OBDomain' } }

test.each([
  ['nothing', 0, true],
  ['data is being baked', 1 << 0, true],
  ['data', 1 << 1, false],
  ['mesh', 1 << 5, false],
])('baked: %s', async (_, flag, optional) => {
  const domain = { cache_flag: flag, cache_directory: '//fluid' }
  const blocks = [object, { code: 'DATA', struct: 'FluidDomainSettings', data: domain }]
  expect(await findReferences(structs, blocks)).toMatchObject([
    {
      kind: 'fluid_cache',
      type: 'FluidDomainSettings',
      stored: '//fluid',
      expansion: { how: 'folder', deep: true },
      optional,
    },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/fluid'])
})

test('the simulation of old versions: domains only', async () => {
  const blocks = [
    object,
    { code: 'DATA', struct: 'FluidsimSettings', data: { type: 2, surfdataPath: '//old' } },
    { code: 'DATA', struct: 'FluidsimSettings', data: { type: 4, surfdataPath: '//inflow' } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([{ stored: '//old', optional: true }])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/old'])
})
