import { expect, test } from 'vitest'
import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import type { BlockInput } from '../testing/blend-writer.ts'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { BlendFile } from './blend-file.ts'

const structs = {
  ...baseStructs,
  Item: ['Item *next', 'Item *prev', 'int number', 'int pad'],
  Owner: ['ID id', 'ListBase items', 'Item *array'],
}
const owner = (name: string, fields: object): BlockInput => ({
  code: 'OB',
  struct: 'Owner',
  address: 0x10,
  data: { 'id.name': name, ...fields },
})
const item = (address: number, number: number, next = 0): BlockInput => ({
  code: 'DATA',
  struct: 'Item',
  address,
  data: { number, next },
})

const open = (...blocks: BlockInput[]) =>
  BlendFile.open(memorySource(writeBlend(structs, blocks)), { codecs: webCodecs })

async function numbersOf(file: BlendFile, id: number): Promise<number[]> {
  const numbers: number[] = []
  for await (const view of file.scope(id).list(await file.view(id), 'items')) numbers.push(view.int('number'))
  return numbers
}

test('an address that two data-blocks have used leads each to its own', async () => {
  const file = await open(
    owner('OBone', { 'items.first': 0x100 }),
    item(0x100, 1, 0x200),
    item(0x200, 2),
    owner('OBtwo', { 'items.first': 0x100 }),
    item(0x100, 3, 0x300),
    item(0x300, 4),
  )
  expect(await numbersOf(file, file.ids[0]!)).toEqual([1, 2])
  expect(await numbersOf(file, file.ids[1]!)).toEqual([3, 4])
})

test('a list that leads into another data-block ends there, one that bites its tail too', async () => {
  const file = await open(
    owner('OBone', { 'items.first': 0x100 }),
    item(0x100, 1, 0x300),
    owner('OBtwo', { 'items.first': 0x300 }),
    item(0x300, 3, 0x400),
    item(0x400, 4, 0x300),
  )
  expect(await numbersOf(file, file.ids[0]!)).toEqual([1])
  expect(await numbersOf(file, file.ids[1]!)).toEqual([3, 4])
})

test('one list for a million owners is refused', async () => {
  const items = Array.from({ length: 1000 }, (_, index) => item(0x1000 + index, index, 0x1001 + index))
  const file = await open(owner('OBone', { 'items.first': 0x1000, array: 0x1000 }), ...items)
  const walk = async () => {
    for (let time = 0; time < 1000; time++) await numbersOf(file, file.ids[0]!)
  }
  await expect(walk()).rejects.toMatchObject({ code: 'blend.corrupt' })
})

test('of a block as long as this, only its struct is read', async () => {
  const bytes = writeBlend(structs, [owner('OBone', {})])
  const head = Buffer.from(bytes).indexOf('OB\0\0')
  // 100 MB that are not there, in the middle of a file.
  const length = 100 * 1024 * 1024
  const front = bytes.slice(0, head + 24 + 200)
  new DataView(front.buffer).setInt32(head + 4, length, true)
  const tail = writeBlend(structs, []).slice(12)
  const tailAt = head + 24 + length
  let most = 0
  const file = await BlendFile.open(
    {
      size: tailAt + tail.length,
      async read(target, position) {
        most = Math.max(most, target.length)
        target.fill(0)
        if (position < front.length) target.set(front.subarray(position, position + target.length))
        const shift = tailAt - position
        if (shift < target.length)
          target.set(tail.subarray(Math.max(0, -shift), target.length - shift), Math.max(0, shift))
        return Math.min(target.length, tailAt + tail.length - position)
      },
      async close() {},
    },
    { codecs: webCodecs },
  )
  expect(await file.nameOf(file.ids[0]!)).toBe('OBone')
  expect(most).toBeLessThanOrEqual(1024 * 1024)
})
