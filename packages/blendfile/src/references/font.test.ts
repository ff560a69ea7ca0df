import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { VFont: ['ID id', 'char name[1024]', 'PackedFile *packedfile'] }

test("a font file; Blender's own font is no dependency", async () => {
  const blocks = [
    { code: 'VF', struct: 'VFont', data: { 'id.name': 'VFa', name: '//a.ttf' } },
    { code: 'VF', struct: 'VFont', data: { 'id.name': 'VFb', name: '<builtin>' } },
    { code: 'VF', struct: 'VFont', data: { 'id.name': 'VFc', name: '//c.ttf', packedfile: 0x10 } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'font', type: 'VectorFont', stored: '//a.ttf', packed: false },
    { stored: '//c.ttf', packed: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/a.ttf', '//moved/c.ttf'])
})
