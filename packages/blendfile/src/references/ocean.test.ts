import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { Object: ['ID id'], OceanModifierData: ['char cachepath[1024]', 'char cached', 'char pad[7]'] }

test.each([
  [1, false],
  [0, true],
])('cached %i: optional %s', async (cached, optional) => {
  const blocks = [
    { code: 'OB', struct: 'Object', data: { 'id.name': 'OBSea' } },
    { code: 'DATA', struct: 'OceanModifierData', data: { cachepath: '//ocean', cached } },
  ]
  expect(await findMoved(structs, blocks)).toEqual(['//moved/ocean'])
  const [found] = await findReferences(structs, blocks)
  expect(found).toMatchObject({ kind: 'ocean_cache', type: 'OceanModifier', stored: '//ocean', optional })
  const { expansion } = found!
  const names = ['disp_0001.exr', 'foam_0100.exr', 'spray_inverse_0001.exr', 'holiday_0001.exr', 'disp_0001.png']
  expect(expansion.how === 'folder' && names.filter((name) => expansion.names!.test(name))).toEqual(names.slice(0, 3))
})
