import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { MovieClip: ['ID id', 'char name[1024]', 'int source', 'int pad'] }

test.each([
  ['a sequence', 1, 'frames'],
  ['a movie', 2, 'file'],
])('%s', async (_, source, how) => {
  const blocks = [{ code: 'MC', struct: 'MovieClip', data: { 'id.name': 'MCa', name: '//a.0001.png', source } }]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'movie_clip', type: 'MovieClip', expansion: { how } },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/a.0001.png'])
})
