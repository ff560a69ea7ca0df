import { expect, test } from 'vitest'
import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import { BlendFile } from '../file/blend-file.ts'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { planOf } from './struct-plan.ts'

const structs = {
  ...baseStructs,
  Slot: ['float weight', 'int pad', 'ID *target'],
  Object: [
    'ID id', // 104 bytes
    'Object *parent', // 104
    'Object *proxy_from', // an owner: not followed
    'float *curve', // plain data
    'Link *item', // DATA
    'void *data', // 136: anything
    'Material **mat', // 144: an array, of a struct that this file has not
    'Slot slots[2]', // 152 + 8, 168 + 8
    'Mystery *handle', // 184: unknown, so it may be
  ],
}

test('only pointers that can lead to a data-block are followed', async () => {
  const file = await BlendFile.open(memorySource(writeBlend(structs, [])), { codecs: webCodecs })
  const plan = planOf(file.sdna.byName.get('Object')!)
  expect(plan.pointers).toEqual([104, 136, 160, 176, 184])
  expect(plan.arrays).toEqual([144])
  expect(planOf(file.sdna.byName.get('ID')!).pointers).toEqual([])
})
