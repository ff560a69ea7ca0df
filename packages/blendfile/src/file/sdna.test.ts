import { describe, expect, test } from 'vitest'
import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { BlendFile } from './blend-file.ts'
import { SdnaCache } from './sdna-cache.ts'
import { parseFieldName } from './struct-def.ts'

test.each([
  ['name', { name: 'name', pointerDepth: 0, length: 1 }],
  ['*next', { name: 'next', pointerDepth: 1, length: 1 }],
  ['**mat', { name: 'mat', pointerDepth: 2, length: 1 }],
  ['matrix[4][4]', { name: 'matrix', pointerDepth: 0, length: 16 }],
  ['*mtex[18]', { name: 'mtex', pointerDepth: 1, length: 18 }],
  ['(*callback)()', { name: 'callback', pointerDepth: 1, length: 1 }],
])('field %s', (stored, field) => {
  expect(parseFieldName(stored)).toEqual(field)
})

const structs = { ...baseStructs, Camera: ['ID id', 'float lens', 'int pad', 'ID *slots[3]'] }
const open = (sdnaCache?: SdnaCache) =>
  BlendFile.open(
    memorySource(
      writeBlend(structs, [
        { code: 'CA', struct: 'Camera', address: 1, data: { 'id.name': 'CAmain', lens: 35, slots: [1, 0, 1] } },
      ]),
    ),
    { codecs: webCodecs, sdnaCache },
  )

describe('a struct is read by names', () => {
  test('through structs inside, arrays of pointers, and past fields that are not there', async () => {
    const file = await open()
    const view = await file.view(file.ids[0]!)
    expect(new TextDecoder().decode(view.chars('id.name'))).toBe('CAmain')
    expect(view.float('lens')).toBe(35)
    expect([0, 1, 2, 3].map((index) => view.pointer('slots', index))).toEqual([
      { low: 1, high: 0 },
      null,
      { low: 1, high: 0 },
      null,
    ])
    expect([view.int('id.nothing'), view.pointer('nothing'), view.chars('lens').length, view.has('lens')]).toEqual([
      0,
      null,
      0,
      true,
    ])
    expect(file.idAt(1, 0)).toBe(file.ids[0])
    expect(file.idAt(1, 1)).toBe(-1)
  })
})

test.each([66, 258])('names of %i bytes, as long as they can be', async (length) => {
  const longNames = {
    ...structs,
    ID: ['void *next', 'void *prev', 'ID *newid', 'Library *lib', `char name[${length}]`, 'char pad[6]'],
  }
  const name = `CA${'ä'.repeat((length - 4) / 2)}`
  const full = new TextEncoder().encode(`CA${'x'.repeat(length - 3)}`)
  const camera = (stored: string | Uint8Array) => ({
    code: 'CA',
    struct: 'Camera',
    data: { 'id.name': stored, lens: 35 },
  })
  const bytes = writeBlend(longNames, [camera(name), camera(full), camera(new Uint8Array(length).fill(0x78))])
  const file = await BlendFile.open(memorySource(bytes), { codecs: webCodecs })
  expect(await file.nameOf(file.ids[0]!)).toBe(name)
  expect((await file.view(file.ids[1]!)).chars('id.name')).toHaveLength(length - 1)
  // Without a zero at its end it is as long as its field.
  expect(await file.nameOf(file.ids[2]!)).toBe('x'.repeat(length))
  expect((await file.view(file.ids[2]!)).float('lens')).toBe(35)
})

test('files of one Blender share a catalogue', async () => {
  const cache = new SdnaCache()
  const [one, other] = [await open(cache), await open(cache)]
  expect(one.sdna).toBe(other.sdna)
  expect((await open()).sdna).not.toBe(one.sdna)
})

describe('a catalogue that lies is refused', () => {
  const bytes = writeBlend(structs, [])
  /** With other letters of the same length in its catalogue. */
  const openWith = (from: string, to: string, at = 0) => {
    const changed = Buffer.from(bytes)
    changed.write(to, changed.indexOf(from, changed.indexOf('SDNA') + at), 'latin1')
    return BlendFile.open(memorySource(changed), { codecs: webCodecs })
  }
  const refused = { code: 'blend.corrupt' }

  test('a type twice: its fields would be looked for past its end', async () => {
    await expect(openWith('\0Camera\0', '\0Link\0\0\0')).rejects.toMatchObject(refused)
  })

  test('numbers with too few bytes', async () => {
    const changed = Buffer.from(bytes)
    const sizes = changed.indexOf('TLEN') + 4
    changed.writeUInt16LE(2, sizes + 2 * 6) // int, the seventh type
    const opening = BlendFile.open(memorySource(changed), { codecs: webCodecs })
    await expect(opening).rejects.toMatchObject({ ...refused, message: expect.stringContaining('int has 2') as string })
  })

  test('an array that is longer than its struct, without overflow', async () => {
    const file = await openWith('slots[3]', 'slo[9e9]')
    expect(file.sdna.byName.get('Camera')!.field('slo')?.length).toBe(1)
    const endless = await openWith('name[66]', 'n[99999]')
    expect(() => endless.sdna.byName.get('ID')!.fields).toThrow(expect.objectContaining(refused))
  })

  test('a field whose name or type is not there: only who looks at its struct is told', async () => {
    const changed = Buffer.from(bytes)
    changed.writeUInt16LE(0xffff, changed.lastIndexOf('ENDB') - 2) // name of the last field of the last struct
    const { sdna } = await BlendFile.open(memorySource(changed), { codecs: webCodecs })
    expect(() => sdna.byName.get('Camera')!.fields).toThrow(expect.objectContaining(refused))
    expect(sdna.byName.get('ID')!.fields.size).toBeGreaterThan(0)
  })

  test('a struct that says it has more fields than are there', async () => {
    const changed = Buffer.from(bytes)
    changed.writeUInt16LE(0xffff, changed.indexOf('STRC') + 4 + 4 + 2)
    const opening = BlendFile.open(memorySource(changed), { codecs: webCodecs })
    await expect(opening).rejects.toMatchObject(refused)
  })

  test('more names than 16 bits can number', async () => {
    const changed = Buffer.from(writeBlend(structs, [{ code: 'DATA', bytes: new Uint8Array(8) }]))
    const many = Buffer.concat([changed, Buffer.alloc(200_000)])
    const head = changed.indexOf('DNA1')
    many.writeInt32LE(many.length - head - 24, head + 4)
    many.writeUInt32LE(100_000, changed.indexOf('NAME') + 4)
    await expect(
      BlendFile.open(memorySource(Buffer.concat([many, changed.subarray(-24)])), { codecs: webCodecs }),
    ).rejects.toMatchObject(refused)
  })
})
