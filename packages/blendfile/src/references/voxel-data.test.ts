import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { Tex: ['ID id'], VoxelData: ['short file_format', 'short pad[3]', 'char source_path[1024]'] }

test('formats that read a file', async () => {
  const blocks = [
    { code: 'TE', struct: 'Tex', data: { 'id.name': 'TEsmoke' } },
    ...[0, 1, 3, 4].map((file_format) => ({
      code: 'DATA',
      struct: 'VoxelData',
      data: { file_format, source_path: '//a.bvox' },
    })),
  ]
  expect(await findReferences(structs, blocks)).toHaveLength(2)
  expect((await findMoved(structs, blocks)).slice(0, 2)).toEqual(['//moved/a.bvox', '//moved/a.bvox'])
})
