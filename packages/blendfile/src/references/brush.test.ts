import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { Brush: ['ID id', 'char icon_filepath[1024]'] }

test('an icon is never needed', async () => {
  const blocks = [{ code: 'BR', struct: 'Brush', data: { 'id.name': 'BRDraw', icon_filepath: '//draw.png' } }]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'brush_icon', stored: '//draw.png', optional: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/draw.png'])
})
