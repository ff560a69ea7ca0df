import fc from 'fast-check'
import { expect, test } from 'vitest'
import { memorySink } from '../byte-sink.ts'
import { memorySource } from '../byte-source.ts'
import { openContent } from '../content/open-content.ts'
import { readZstdFrames } from '../content/zstd-frames.ts'
import { BlendFileError } from '../errors.ts'
import { BlendFile } from '../file/blend-file.ts'
import { BlendPath } from '../path/blend-path.ts'
import { decodePathBytes, encodePathText } from '../path/path-text.ts'
import { resolvePath } from '../path/resolve-path.ts'
import type { Rename } from '../rewrite/rename-paths.ts'
import { renamePaths } from '../rewrite/rename-paths.ts'
import type { BlockInput, FileLayout } from '../testing/blend-writer.ts'
import { concat, writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import type { StoredPath } from '../trace/result.ts'
import { pathsOf } from '../trace/stored-paths.ts'
import { changedBlocks } from './testing/changed-blocks.ts'
import { nodeCodecs } from './codecs.ts'
import type { Form } from './testing/compress.ts'
import { compress, forms } from './testing/compress.ts'

/** The laws of rewriting, for any file and any new paths. */

const structs = {
  ...baseStructs,
  Library: ['ID id', 'char name[1024]', 'char filepath[1024]', 'PackedFile *packedfile'],
  Image: ['ID id', 'char name[1024]', 'short source', 'short pad[3]', 'PackedFile *packedfile'],
  Text: ['ID id', 'char *name'],
  Scene: ['ID id'],
  StripElem: ['char name[256]', 'int orig_width', 'int orig_height'],
  Strip: ['StripElem *stripdata', 'char dir[768]'],
  Sequence: ['Sequence *next', 'Sequence *prev', 'int type', 'int pad', 'Strip *strip', 'bSound *sound'],
  Object: ['ID id'],
  NodesModifierBake: ['int id', 'int flag', 'char *directory', 'void *packed'],
  NodesModifierData: ['char *simulation_bake_directory', 'int bakes_num', 'int pad', 'NodesModifierBake *bakes'],
}

const layouts: readonly FileLayout[] = [
  { pointerSize: 4, littleEndian: true, version: 250 },
  { pointerSize: 4, littleEndian: false, version: 250 },
  { pointerSize: 8, littleEndian: true, version: 279 },
  { pointerSize: 8, littleEndian: false, version: 263 },
  { pointerSize: 8, littleEndian: true, version: 500 },
]

const name = fc
  .uint8Array({ minLength: 1, maxLength: 60 })
  .map((bytes) => decodePathBytes(bytes.map((byte) => ([0, 0x2f, 0x5c].includes(byte) ? 0x78 : byte))))
const folder = fc.constantFrom('', '//', '//tex/', '//../up/', '/abs/', 'C:\\win\\', '//a\\b\\')
const path = fc.tuple(folder, name).map((parts) => parts.join(''))

type Blocks = (address: () => number) => BlockInput[]

const holders: fc.Arbitrary<Blocks> = fc.oneof(
  path.map((stored): Blocks => (address) => [
    {
      code: 'IM',
      struct: 'Image',
      address: address(),
      data: { 'id.name': 'IMa', name: encodePathText(stored), source: 1 },
    },
  ]),
  fc.tuple(path, fc.nat(7)).map(([stored, padding]): Blocks => (address) => {
    const text = address()
    return [
      { code: 'TX', struct: 'Text', address: address(), data: { 'id.name': 'TXa', name: text } },
      textBlock(text, stored, padding),
    ]
  }),
  path.map((stored): Blocks => (address) => [
    {
      code: 'LI',
      struct: 'Library',
      address: address(),
      data: { 'id.name': 'LIa', name: encodePathText(stored), filepath: '/elsewhere/a.blend' },
    },
  ]),
  fc
    .tuple(fc.constantFrom('', '//s', '//s/', '/abs/'), fc.array(name, { minLength: 1, maxLength: 4 }))
    .map(([dir, names]): Blocks => (address) => {
      const [media, elements] = [address(), address()]
      return [
        { code: 'SC', struct: 'Scene', address: address(), data: { 'id.name': 'SCa' } },
        { code: 'DATA', struct: 'Sequence', address: address(), data: { type: 0, strip: media } },
        { code: 'DATA', struct: 'Strip', address: media, data: { dir, stripdata: elements } },
        {
          code: 'DATA',
          struct: 'StripElem',
          address: elements,
          data: names.map((each) => ({ name: encodePathText(each), orig_width: 7 })),
        },
      ]
    }),
  fc.tuple(path, path).map(([shared, own]): Blocks => (address) => {
    const [bakes, sharedText, ownText] = [address(), address(), address()]
    const modifier = { simulation_bake_directory: sharedText, bakes_num: 3, bakes }
    return [
      { code: 'OB', struct: 'Object', address: address(), data: { 'id.name': 'OBa' } },
      textBlock(ownText, own, 1),
      { code: 'DATA', struct: 'NodesModifierData', address: address(), data: modifier },
      {
        code: 'DATA',
        struct: 'NodesModifierBake',
        address: bakes,
        data: [{ id: 1 }, { id: 2 }, { id: 3, flag: 2, directory: ownText }],
      },
      textBlock(sharedText, shared, 3),
    ]
  }),
  fc.uint8Array({ maxLength: 2500 }).map((bytes): Blocks => (address) => [{ code: 'DATA', address: address(), bytes }]),
)

function textBlock(address: number, stored: string, padding: number): BlockInput {
  return { code: 'DATA', address, bytes: concat([encodePathText(stored), new Uint8Array(1 + padding)]) }
}

const world = fc.record({
  holders: fc.array(holders, { minLength: 1, maxLength: 12 }),
  layout: fc.constantFrom(...layouts),
  /** New paths; which one a usage takes depends on its place, so that usages of one place agree. */
  renames: fc.array(fc.option(path), { minLength: 1, maxLength: 7 }),
})

const where = { path: '/p/a.blend', style: 'posix' } as const

async function renamed(bytes: Uint8Array, rename: Rename): Promise<Uint8Array> {
  const sink = memorySink()
  const { errors } = await renamePaths(memorySource(bytes), sink, rename, { ...where, codecs: nodeCodecs })
  expect(errors).toEqual([])
  return sink.bytes()
}

const open = (bytes: Uint8Array) => BlendFile.open(memorySource(bytes), { codecs: nodeCodecs })
const traced = async (bytes: Uint8Array) => (await pathsOf(await open(bytes), where.path, where.style)).paths

async function unpacked(bytes: Uint8Array): Promise<Uint8Array> {
  const { content } = await openContent(memorySource(bytes), { codecs: nodeCodecs })
  const parts: Uint8Array[] = []
  for (let at = 0; ; at += parts.at(-1)!.length) {
    const page = await content.pass(at)
    if (page === undefined) return concat(parts)
    parts.push(page.bytes.slice(at - page.start))
  }
}

function withoutPlace(usage: StoredPath): Omit<StoredPath, 'place'> {
  const { place: _, ...rest } = usage
  return rest
}

/** What a trace must find afterwards. */
function expected(before: StoredPath, stored: string | undefined): object {
  const rest = withoutPlace(before)
  if (stored === undefined || stored === before.stored) return rest
  const [first, ...others] = before.list ?? []
  const moved = others.map((each) => stored.slice(0, endOfFolder(stored)) + nameIn(each, before))
  const list = first === undefined ? undefined : [stored, ...moved]
  return { ...rest, stored, list, path: resolvePath(new BlendPath(encodePathText(stored)), where.path, where.style) }
}

const endOfFolder = (text: string) => Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1
/** Elements of one strip differ only in their names. */
function nameIn(each: string, { place }: StoredPath): string {
  const bytes = encodePathText(each)
  const { length } = place!.how === 'split' ? place!.folder : { length: 0 }
  const name = bytes.subarray(length)
  return decodePathBytes(name[0] === 0x2f ? name.subarray(1) : name)
}

test('a trace finds the new paths, and nothing else has changed, in every form and layout', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({ holders: made, layout, renames }) => {
      let next = 0x1000
      const blocks = made.flatMap((make) => make(() => (next += 0x40)))
      const plain = writeBlend(structs, blocks, layout)
      const rename: Rename = ({ place }) =>
        renames[(place!.how === 'split' ? place!.folder.at : place!.at) % renames.length] ?? undefined
      const before = await traced(plain)
      const after = await renamed(plain, rename)

      expect((await traced(after)).map(withoutPlace)).toEqual(
        before.map((usage) => expected(usage, rename(usage) as string | undefined)),
      )
      const edited = before.filter((usage) => rename(usage) !== undefined)
      expect(await changedBlocks(await open(plain), await open(after), edited)).toEqual([])

      for (const form of forms.filter((each) => each !== 'plain')) {
        const packed = compress(plain, form)
        const repacked = await renamed(packed, rename)
        expect(Buffer.compare(await unpacked(repacked), after)).toBe(0)
        expect([...repacked.subarray(0, 2)]).toEqual([...packed.subarray(0, 2)])
        if (form.startsWith('zstd')) await expectSameFrames(packed, repacked, form)
      }
    }),
    { numRuns: 40 },
  )
}, 60_000)

/** Frames with the same content are the same bytes; the table, where there is one, is that of the frames. */
async function expectSameFrames(before: Uint8Array, after: Uint8Array, form: Form): Promise<void> {
  const [old, fresh] = [await framesOf(before, form), await framesOf(after, form)]
  expect(fresh.length).toBe(old.length)
  const sameContent = fresh.filter(({ raw }, index) => Buffer.compare(raw, old[index]!.raw) === 0)
  expect(sameContent.filter(({ packed }) => !old.some((frame) => Buffer.compare(packed, frame.packed) === 0))).toEqual(
    [],
  )
  if (form !== 'zstd-seekable') return
  const table = new DataView(after.buffer, after.byteOffset + tableStart(after))
  expect(table.getUint32(4, true)).toBe(table.byteLength - 8)
  fresh.forEach(({ raw, packed }, index) => {
    expect([table.getUint32(8 + index * 8, true), table.getUint32(12 + index * 8, true)]).toEqual([
      packed.length,
      raw.length,
    ])
  })
}

function tableStart(bytes: Uint8Array): number {
  const frames = new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 9).getUint32(0, true)
  return bytes.length - 9 - frames * 8 - 8
}

/** By walking over them: without the table. */
async function framesOf(bytes: Uint8Array, form: Form): Promise<{ raw: Uint8Array; packed: Uint8Array }[]> {
  const body = form === 'zstd-seekable' ? bytes.subarray(0, tableStart(bytes)) : bytes
  const { count, fileOffsets, fileLengths } = await readZstdFrames(memorySource(body))
  const frames = []
  for (let frame = 0; frame < count; frame++) {
    const packed = body.subarray(fileOffsets[frame]!, fileOffsets[frame]! + fileLengths[frame]!)
    frames.push({ raw: await nodeCodecs.zstdFrame(packed, 1_000_000), packed })
  }
  return frames
}

test('a rewrite of nothing is the same file', async () => {
  await fc.assert(
    fc.asyncProperty(world, fc.constantFrom(...forms), async ({ holders: made, layout }, form) => {
      let next = 0x1000
      const bytes = compress(
        writeBlend(
          structs,
          made.flatMap((make) => make(() => (next += 0x40))),
          layout,
        ),
        form,
      )
      expect(Buffer.compare(await renamed(bytes, () => undefined), bytes)).toBe(0)
      expect(Buffer.compare(await renamed(bytes, ({ stored, list }) => list ?? stored), bytes)).toBe(0)
    }),
    { numRuns: 25 },
  )
}, 60_000)

test('whatever bytes are changed, it is rewritten or refused, never worse', async () => {
  const damage = fc.record({
    world,
    form: fc.constantFrom(...forms),
    changes: fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 }),
  })
  await fc.assert(
    fc.asyncProperty(damage, async ({ world: { holders: made, layout, renames }, form, changes }) => {
      let next = 0x1000
      const blocks = made.flatMap((make) => make(() => (next += 0x40)))
      const bytes = compress(writeBlend(structs, blocks, layout), form).slice()
      for (const [at, value] of changes) bytes[at % bytes.length] = value
      let index = 0
      const rename: Rename = ({ place }) => (place && renames[index++ % renames.length]) ?? undefined
      const options = { ...where, codecs: nodeCodecs }
      const outcome = await renamePaths(memorySource(bytes), memorySink(), rename, options)
        .then(() => 'rewritten')
        .catch((error: unknown) => (error instanceof BlendFileError ? 'refused' : error))
      expect(['rewritten', 'refused']).toContain(outcome)
    }),
    { numRuns: 200 },
  )
}, 60_000)
