import { describe, expect, test } from 'vitest'
import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { Structs } from '../testing/blend-writer.ts'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import type { Sdna } from '../file/sdna.ts'
import type { StructDef } from '../file/struct-def.ts'
import { plansFor } from './struct-plan.ts'

const planOf = (sdna: Sdna, { index }: StructDef) => plansFor(sdna).at(index)

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
  const plan = planOf(file.sdna, file.sdna.byName.get('Object')!)
  expect(plan.pointers).toEqual([104, 136, 160, 176, 184])
  expect(plan.arrays).toEqual([144])
  expect(planOf(file.sdna, file.sdna.byName.get('ID')!).pointers).toEqual([])
})

describe('a catalogue that no Blender writes is refused', () => {
  const planned = async (more: Structs, name: string) => {
    const bytes = writeBlend({ ...baseStructs, ...more }, [])
    const { sdna } = await BlendFile.open(memorySource(bytes), { codecs: webCodecs })
    return planOf(sdna, sdna.byName.get(name)!)
  }

  test('structs inside each other, 5,000 deep', async () => {
    const nested = Array.from({ length: 5000 }, (_, index) => [
      `S${index}`,
      [index === 0 ? 'ID *a' : `S${index - 1} a`],
    ])
    await expect(planned(Object.fromEntries(nested), 'S4999')).rejects.toMatchObject({ code: 'blend.corrupt' })
  })

  test('a million pointers', async () => {
    const wide = Array.from({ length: 130 }, (_, index) => [`S${index}`, ['ID *a[8000]']])
    const bytes = writeBlend({ ...baseStructs, ...Object.fromEntries(wide) }, [])
    const { sdna } = await BlendFile.open(memorySource(bytes), { codecs: webCodecs })
    const planAll = () => sdna.structs.map((struct) => planOf(sdna, struct))
    expect(planAll).toThrow(expect.objectContaining({ code: 'blend.corrupt' }))
  })

  test('but any name is a name', async () => {
    const bytes = Buffer.from(writeBlend({ ...baseStructs, constructox: ['ID *target'] }, []))
    bytes.write('constructor', bytes.indexOf('constructox'))
    const { sdna } = await BlendFile.open(memorySource(bytes), { codecs: webCodecs })
    expect(planOf(sdna, sdna.byName.get('constructor')!).pointers).toEqual([0])
  })
})
