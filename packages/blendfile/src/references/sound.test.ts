import { expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = { bSound: ['ID id', 'char name[1024]', 'PackedFile *packedfile'] }

test('a sound file, and a packed one', async () => {
  const blocks = [
    { code: 'SO', struct: 'bSound', data: { 'id.name': 'SOa', name: '//a.wav' } },
    { code: 'SO', struct: 'bSound', data: { 'id.name': 'SOb', name: '//b.wav', packedfile: 0x10 } },
  ]
  expect(await findReferences(structs, blocks)).toMatchObject([
    { kind: 'sound', type: 'Sound', stored: '//a.wav', packed: false, optional: false },
    { stored: '//b.wav', packed: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/a.wav', '//moved/b.wav'])
})
