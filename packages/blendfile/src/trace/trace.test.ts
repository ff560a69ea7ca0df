import { describe, expect, test } from 'vitest'
import { webCodecs } from '../codecs.ts'
import { BlendFileError } from '../errors.ts'
import type { BlockInput } from '../testing/blend-writer.ts'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { memoryFileSystem } from '../testing/memory-file-system.ts'
import type { TraceProgress, TraceResult } from './result.ts'
import { trace } from './trace.ts'

const structs = {
  ...baseStructs,
  Image: ['ID id', 'char name[1024]', 'int source', 'int pad', 'PackedFile *packedfile'],
  Material: ['ID id', 'Image *image'],
  Object: ['ID id', 'Object *parent', 'Material **mat', 'void *data'],
  PointCache: ['int flag', 'char name[60]', 'char path[1024]'],
  IDProperty: ['IDProperty *next', 'IDProperty *prev', 'void *pointer'],
}

let nextAddress = 0x10000
const address = () => (nextAddress += 0x100)

const blend = (...blocks: readonly (BlockInput | readonly BlockInput[])[]) => writeBlend(structs, blocks.flat())
const image = (name: string, at = address()): BlockInput => ({
  code: 'IM',
  struct: 'Image',
  address: at,
  data: { 'id.name': `IM${name}`, name: `//${name}.png`, source: 1 },
})
const object = (name: string, fields: object = {}, at = address()): BlockInput => ({
  code: 'OB',
  struct: 'Object',
  address: at,
  data: { 'id.name': `OB${name}`, ...fields },
})
const library = (path: string, ...names: readonly (string | [string, number])[]): BlockInput[] => [
  { code: 'LI', struct: 'Library', address: address(), data: { 'id.name': `LI${path}`, name: path } },
  ...names.map((linked) => {
    const [name, at] = typeof linked === 'string' ? [linked, address()] : linked
    return { code: 'ID', struct: 'ID', address: at, data: { name } }
  }),
]

function traced(
  files: Record<string, Uint8Array | string>,
  root = '/p/root.blend',
  style: 'posix' | 'windows' = 'posix',
) {
  return trace(root, { fileSystem: memoryFileSystem(style, files), codecs: webCodecs })
}
const blocksOf = ({ usages }: TraceResult) => usages.map(({ block }) => block)

test('a root file counts with everything in it, used or not', async () => {
  const result = await traced({ '/p/root.blend': blend(image('a'), image('b')), '/p/a.png': 'aa' })
  expect(result).toEqual({
    file: '/p/root.blend',
    seconds: expect.any(Number) as number,
    usages: [
      {
        in: '/p/root.blend',
        place: { how: 'field', at: expect.any(Number) as number, capacity: 1024 },
        block: 'IMa',
        type: 'Image',
        field: 'name',
        stored: '//a.png',
        path: '/p/a.png',
        kind: 'image',
        sequence: false,
        optional: false,
        packed: false,
        files: ['/p/a.png'],
      },
      expect.objectContaining({ block: 'IMb', files: [] }) as object,
    ],
    files: [{ path: '/p/a.png', size: 2 }],
    missing: [{ path: '/p/b.png', usages: [expect.objectContaining({ block: 'IMb' }) as object] }],
    errors: [],
    warnings: [],
  })
})

describe('a library counts with what is linked from it', () => {
  const lib = (...more: readonly (BlockInput | readonly BlockInput[])[]) => blend(image('unused'), ...more)

  test('through pointers of any kind', async () => {
    const [wood, sky, prop] = [0x100, 0x200, 0x300]
    const cases: readonly BlockInput[][] = [
      // A pointer to pointers, to a material, to an image.
      [
        object('Cube', { mat: 0x900 }),
        { code: 'DATA', address: 0x900, bytes: Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0]) },
        { code: 'MA', struct: 'Material', address: 0x400, data: { 'id.name': 'MAwood', image: wood } },
        image('found', wood),
      ],
      // A pointer to anything.
      [object('Cube', { data: sky }), image('found', sky)],
      // A custom property in a DATA block, wherever it hangs.
      [
        object('Cube'),
        { code: 'DATA', struct: 'IDProperty', address: 0x901, data: { pointer: prop } },
        image('found', prop),
      ],
      // A custom property in the second group of an array of groups.
      [
        object('Cube'),
        { code: 'DATA', struct: 'IDProperty', address: 0x901, data: [{}, { pointer: prop }] },
        image('found', prop),
      ],
      // A parent, twice.
      [
        object('Cube', { parent: 0x500 }),
        object('Parent', { parent: 0x600 }, 0x500),
        object('Grandparent', { data: sky }, 0x600),
        image('found', sky),
      ],
    ]
    for (const blocks of cases) {
      const result = await traced({
        '/p/root.blend': blend(library('//lib.blend', 'OBCube')),
        '/p/lib.blend': lib(blocks),
      })
      expect(blocksOf(result)).toEqual(['LI//lib.blend', 'IMfound'])
      expect(result.errors).toEqual([])
    }
  })

  test('through more libraries, each relative to its own folder', async () => {
    const result = await traced({
      '/p/root.blend': blend(library('//lib/mid.blend', 'OBMid')),
      '/p/lib/mid.blend': lib(object('Mid', { parent: 0x700 }), library('//deep/deep.blend', ['OBDeep', 0x700])),
      '/p/lib/deep/deep.blend': lib(object('Deep', { data: 0x800 }), image('skin', 0x800)),
      '/p/lib/deep/skin.png': 'x',
    })
    expect(blocksOf(result)).toEqual(['LI//lib/mid.blend', 'LI//deep/deep.blend', 'IMskin'])
    expect(result.files.map(({ path }) => path)).toEqual([
      '/p/lib/deep/deep.blend',
      '/p/lib/deep/skin.png',
      '/p/lib/mid.blend',
    ])
  })

  test('a library that it does not use is no dependency', async () => {
    const result = await traced({
      '/p/root.blend': blend(library('//lib.blend', 'OBCube')),
      '/p/lib.blend': lib(object('Cube'), library('//other.blend', 'OBOther')),
    })
    expect(blocksOf(result)).toEqual(['LI//lib.blend'])
  })

  test('asked twice for different data-blocks, it is read twice and nothing is listed twice', async () => {
    const result = await traced({
      '/p/root.blend': blend(library('//a.blend', 'OBA'), library('//b.blend', 'OBB')),
      '/p/a.blend': lib(
        object('A', { data: 0x100 }),
        object('Other', { data: 0x200 }),
        image('one', 0x100),
        image('two', 0x200),
      ),
      '/p/b.blend': lib(object('B', { parent: 0x300 }), library('//a.blend', ['OBOther', 0x300], 'OBA')),
    })
    expect(blocksOf(result).toSorted()).toEqual(['IMone', 'IMtwo', 'LI//a.blend', 'LI//a.blend', 'LI//b.blend'])
  })

  test('libraries that link each other, and the root, end', async () => {
    const result = await traced({
      '/p/root.blend': blend(object('Root'), library('//a.blend', 'OBA')),
      '/p/a.blend': lib(object('A', { parent: 0x300 }), library('//b.blend', ['OBB', 0x300])),
      '/p/b.blend': lib(
        object('B', { parent: 0x300, data: 0x400 }),
        library('//a.blend', ['OBA', 0x300]),
        library('//root.blend', ['OBRoot', 0x400]),
      ),
    })
    expect(blocksOf(result).toSorted()).toEqual(['LI//a.blend', 'LI//a.blend', 'LI//b.blend', 'LI//root.blend'])
    expect(result.files.map(({ path }) => path)).toEqual(['/p/a.blend', '/p/b.blend'])
  })

  test('has caches beside the file that was opened, where they are told to be', async () => {
    const flags = { beside: (1 << 6) | (1 << 11), own: 1 << 6 }
    const cache = (flag: number): BlockInput => ({ code: 'DATA', struct: 'PointCache', data: { flag, name: 'c' } })
    const root = '/p/shots/root.blend'
    const files = {
      [root]: blend(library('//../lib/a.blend', 'OBbeside', 'OBown')),
      '/p/lib/a.blend': blend(object('beside'), cache(flags.beside), object('own'), cache(flags.own)),
      '/p/shots/blendcache_root/c_000001_00.bphys': 'x',
      '/p/lib/blendcache_a/c_000001_00.bphys': 'x',
    }
    const { usages } = await traced(files, root)
    expect(usages.slice(1)).toMatchObject([
      { block: 'OBbeside', base: root, files: ['/p/shots/blendcache_root/c_000001_00.bphys'] },
      { block: 'OBown', base: undefined, files: ['/p/lib/blendcache_a/c_000001_00.bphys'] },
    ])
  })

  test('keeps its caches where they are when its data-blocks are packed into another file', async () => {
    const archive = { ...library('//../lib/a.blend')[0]!, address: 0xa0 }
    const cache = { code: 'DATA', struct: 'PointCache', data: { flag: 1 << 6, name: 'c' } }
    const files = {
      '/p/shots/root.blend': blend(archive, object('a', { 'id.lib': 0xa0 }), cache),
      '/p/lib/blendcache_a/c_000001_00.bphys': 'x',
    }
    const { usages } = await traced(files, '/p/shots/root.blend')
    expect(usages[1]).toMatchObject({ block: 'OBa', files: ['/p/lib/blendcache_a/c_000001_00.bphys'] })
  })

  test('packed inside the root, it is read from there', async () => {
    const inner = lib(object('Cube', { data: 0x200 }), image('found', 0x200))
    const packed = [
      {
        code: 'LI',
        struct: 'Library',
        address: 0x10,
        data: { 'id.name': 'LIlib', name: '//lib/lib.blend', packedfile: 0x20 },
      },
      { code: 'DATA', struct: 'PackedFile', address: 0x20, data: { size: inner.length, data: 0x30 } },
      { code: 'DATA', address: 0x30, bytes: inner },
      { code: 'ID', struct: 'ID', address: 0x40, data: { name: 'OBCube' } },
    ]
    const result = await traced({ '/p/root.blend': blend(packed), '/p/lib/found.png': 'x' })
    expect(result.usages).toMatchObject([
      { block: 'LIlib', packed: true, files: [] },
      { block: 'IMfound', in: '/p/lib/lib.blend', files: ['/p/lib/found.png'] },
    ])
    expect(result.missing).toEqual([])
  })

  test('packed libraries inside each other are read to a depth, then refused', async () => {
    const carrying = (content: Uint8Array, path: string): BlockInput[] => [
      { code: 'LI', struct: 'Library', address: 0x10, data: { 'id.name': `LI${path}`, name: path, packedfile: 0x20 } },
      { code: 'DATA', struct: 'PackedFile', address: 0x20, data: { size: content.length, data: 0x30 } },
      { code: 'DATA', address: 0x30, bytes: content },
      { code: 'ID', struct: 'ID', address: 0x40, data: { name: 'OBCube' } },
    ]
    let file = blend(object('Cube', { data: 0x200 }), image('found', 0x200))
    for (let depth = 1; depth <= 10; depth++)
      file = blend(object('Cube', { parent: 0x40 }), carrying(file, `//${depth}.blend`))
    const { usages, errors } = await traced({ '/p/root.blend': file })
    expect(usages.map(({ path }) => path)).toEqual([10, 9, 8, 7, 6, 5, 4, 3].map((depth) => `/p/${depth}.blend`))
    expect(errors).toMatchObject([{ code: 'blend.corrupt', path: '/p/3.blend' }])
  })

  test('a library that is packed into itself is itself', async () => {
    const packed = [
      {
        code: 'LI',
        struct: 'Library',
        address: 0x10,
        data: { 'id.name': 'LIroot', name: '//root.blend', packedfile: 0x20 },
      },
      { code: 'DATA', struct: 'PackedFile', address: 0x20, data: { size: 4, data: 0x30 } },
      { code: 'DATA', address: 0x30, bytes: new Uint8Array(4) },
      { code: 'ID', struct: 'ID', address: 0x40, data: { name: 'OBCube' } },
      ...library('//other.blend', 'OBOther'),
    ]
    const result = await traced({ '/p/root.blend': blend(packed), '/p/other.blend': blend(object('Other')) })
    expect(result.files.map(({ path }) => path)).toEqual(['/p/other.blend'])
    expect(result.errors).toEqual([])
  })

  test('a data-block that is gone from it is a warning', async () => {
    const result = await traced({ '/p/root.blend': blend(library('//lib.blend', 'OBGone')), '/p/lib.blend': lib() })
    expect(result.warnings).toMatchObject([{ code: 'blend.linked_data_missing', path: '/p/lib.blend' }])
  })
})

describe('what is wrong', () => {
  test('a missing library is listed with who uses it', async () => {
    const result = await traced({ '/p/root.blend': blend(library('//gone.blend', 'OBCube')) })
    expect(result.missing).toMatchObject([
      { path: '/p/gone.blend', usages: [{ block: 'LI//gone.blend', in: '/p/root.blend' }] },
    ])
  })

  test('a damaged library is an error on that file; the rest goes on', async () => {
    const result = await traced({
      '/p/root.blend': blend(library('//bad.blend', 'OBCube'), library('//good.blend', 'IMfine')),
      '/p/bad.blend': blend(object('Cube')).slice(0, 200),
      '/p/good.blend': blend(image('fine')),
      '/p/fine.png': 'x',
    })
    expect(result.errors).toMatchObject([{ code: 'blend.truncated', path: '/p/bad.blend' }])
    expect(blocksOf(result)).toContain('IMfine')
  })

  test('a damaged root is an error', async () => {
    await expect(traced({ '/p/root.blend': 'BLENDER-v405' })).rejects.toThrow(BlendFileError)
    await expect(traced({})).rejects.toMatchObject({ code: 'blend.unreadable' })
  })

  test('a file whose name differs by case is found, used and reported', async () => {
    const result = await traced({ '/p/root.blend': blend(image('Wood')), '/p/wood.PNG': 'x' })
    expect(result.usages[0]).toMatchObject({ path: '/p/Wood.png', files: ['/p/wood.PNG'] })
    expect(result.warnings).toMatchObject([{ code: 'blend.name_differs', path: '/p/Wood.png' }])
    expect(result.missing).toEqual([])
  })

  test('so is one whose accents are composed in another way, a frame and a folder', async () => {
    const frames = { code: 'IM', struct: 'Image', data: { 'id.name': 'IMf', name: '//Seq/f_0001.png', source: 2 } }
    const result = await traced({
      '/p/root.blend': blend(image('caf\u00e9'), frames),
      '/p/cafe\u0301.png': 'x',
      '/p/seq/f_0001.png': 'x',
    })
    expect(result.missing).toEqual([])
    expect(result.files.map(({ path }) => path)).toEqual(['/p/cafe\u0301.png', '/p/seq/f_0001.png'])
    expect(result.warnings).toMatchObject([
      { code: 'blend.name_differs', path: '/p/caf\u00e9.png' },
      { code: 'blend.name_differs', path: '/p/Seq/f_0001.png' },
    ])
  })

  test('two servers are two roots, and a drive is none of them', async () => {
    const stored = ['\\\\one\\tex\\a.png', '\\\\two\\tex\\a.png', 'D:\\tex\\a.png', '//..\\..\\..\\tex\\a.png']
    const images = stored.map((name, index) => ({
      code: 'IM',
      struct: 'Image',
      address: address(),
      data: { 'id.name': `IM${index}`, name, source: 1 },
    }))
    const files = { '\\\\one\\tex\\a.png': '1', '\\\\two\\tex\\a.png': '22', 'D:\\tex\\a.png': '333' }
    const result = await traced({ 'C:\\p\\root.blend': blend(images), ...files }, 'C:\\p\\root.blend', 'windows')
    expect(result.files.map(({ path, size }) => [path, size]).toSorted()).toEqual(
      Object.entries(files)
        .map(([path, content]) => [path, content.length])
        .toSorted(),
    )
    expect(result.missing.map(({ path }) => path)).toEqual(['C:\\tex\\a.png'])
  })

  test('on Windows, where case does not matter, there is nothing to report', async () => {
    const files = { 'C:\\p\\root.blend': blend(image('Wood')), 'C:\\p\\wood.PNG': 'x' }
    const result = await traced(files, 'C:\\p\\root.blend', 'windows')
    expect(result).toMatchObject({ missing: [], warnings: [], files: [{ size: 1 }] })
  })
})

test.each(['//', '//../../', '//tex\\', '/'])('%s is a folder, and no file', async (name) => {
  const folder = { code: 'IM', struct: 'Image', data: { 'id.name': 'IMa', name, source: 1 } }
  expect(await traced({ '/p/root.blend': blend(folder) })).toMatchObject({ usages: [], missing: [] })
})

test('progress counts files as they become known', async () => {
  const seen: TraceProgress[] = []
  const files = { '/p/root.blend': blend(library('//lib.blend', 'IMa')), '/p/lib.blend': blend(image('a')) }
  const fileSystem = memoryFileSystem('posix', files)
  await trace('/p/root.blend', { fileSystem, codecs: webCodecs, onProgress: (progress) => seen.push(progress) })
  expect(seen.map(({ filesRead, filesKnown, usages, missing }) => [filesRead, filesKnown, usages, missing])).toEqual([
    [1, 2, 1, 0],
    [2, 2, 2, 1],
  ])
})

test("an aborted trace ends with the signal's reason", async () => {
  const fileSystem = memoryFileSystem('posix', { '/p/root.blend': blend(image('a')) })
  const signal = AbortSignal.abort(new Error('enough'))
  await expect(trace('/p/root.blend', { fileSystem, codecs: webCodecs, signal })).rejects.toThrow('enough')
})
