import type { BlockInput, FileLayout, Structs } from './blend-writer.ts'
import { writeBlend } from './blend-writer.ts'
import { baseStructs } from './find-references.ts'

/** One of everything that is read in a special way: lists, arrays, tiles, strips, texts, bakes, pictures. */
const structs: Structs = {
  ...baseStructs,
  Library: ['ID id', 'char name[1024]', 'PackedFile *packedfile', 'Library *parent'],
  ImageTile: ['ImageTile *next', 'ImageTile *prev', 'int tile_number', 'int pad'],
  Image: [
    'ID id',
    'char name[1024]',
    'short source',
    'short flag',
    'int pad',
    'ListBase tiles',
    'PackedFile *packedfile',
  ],
  StripElem: ['char name[80]', 'int width', 'int height'],
  Strip: ['Strip *next', 'StripElem *stripdata', 'char dir[768]'],
  Sequence: ['Sequence *next', 'Sequence *prev', 'Strip *strip', 'int type', 'int pad', 'void *sound'],
  Editing: ['ListBase seqbase'],
  RenderData: [
    'int sfra',
    'int efra',
    'int xsch',
    'int ysch',
    'short size',
    'short frs_sec',
    'float frs_sec_base',
    'char engine[32]',
    'char pic[1024]',
  ],
  ViewLayer: ['ViewLayer *next', 'ViewLayer *prev', 'char name[64]'],
  IDPropertyData: ['void *pointer', 'ListBase group', 'int val', 'int val2'],
  IDProperty: [
    'IDProperty *next',
    'IDProperty *prev',
    'char type',
    'char subtype',
    'short flag',
    'char name[64]',
    'int pad',
    'IDPropertyData data',
    'int len',
    'int totallen',
  ],
  Material: ['ID id', 'Image *image', 'IDProperty *props'],
  PointCache: ['PointCache *next', 'PointCache *prev', 'int flag', 'int pad', 'char name[64]', 'char path[1024]'],
  Object: ['ID id', 'Object *parent', 'Material **mat', 'void *data', 'PointCache *cache', 'int totcol', 'int pad'],
  NodesModifierBake: ['int id', 'int flag', 'char *directory', 'int bake_target', 'int pad'],
  NodesModifierData: [
    'void *next',
    'char *simulation_bake_directory',
    'NodesModifierBake *bakes',
    'int bakes_num',
    'int bake_target',
  ],
  Text: ['ID id', 'char *name'],
  CacheFileLayer: ['CacheFileLayer *next', 'CacheFileLayer *prev', 'char filepath[1024]', 'int flag', 'int pad'],
  CacheFile: ['ID id', 'ListBase layers', 'char filepath[1024]', 'char is_sequence', 'char pad[7]'],
  Scene: ['ID id', 'Object *camera', 'Editing *ed', 'ListBase view_layers', 'RenderData r'],
  FileGlobal: ['short subversion', 'short pad[3]', 'Scene *curscene'],
}

export const layouts: readonly FileLayout[] = [
  { pointerSize: 4, littleEndian: true, version: 250 },
  { pointerSize: 4, littleEndian: false, version: 250 },
  { pointerSize: 8, littleEndian: true, version: 405 },
  { pointerSize: 8, littleEndian: false, version: 263 },
  { pointerSize: 8, littleEndian: true, version: 500 },
]

const text = (letters: string) => new TextEncoder().encode(`${letters}\0`)

/** What the root of every case links, so that a library is asked for data-blocks by their names. */
export const linkedNames = ['OBCube', 'MAwood', 'SCShot', 'IMtiles', 'OBgone'] as const

/** A file with a bit of everything. It links `library`, and carries another one inside where `packed` is given. */
export function seedFile(layout: FileLayout, library: string, packed?: Uint8Array): Uint8Array {
  const data = (struct: string, address: number, fields: BlockInput['data']): BlockInput => ({
    code: 'DATA',
    struct,
    address,
    data: fields,
  })
  const raw = (address: number, bytes: Uint8Array): BlockInput => ({ code: 'DATA', address, bytes })
  const pointers = (...addresses: readonly number[]) => pointerBytes(layout, addresses)
  const inside: BlockInput[] =
    packed === undefined
      ? []
      : [
          {
            code: 'LI',
            struct: 'Library',
            address: 0xa00,
            data: { 'id.name': 'LIinside', name: '//inside.blend', packedfile: 0xa10 },
          },
          data('PackedFile', 0xa10, { size: packed.length, data: 0xa20 }),
          raw(0xa20, packed),
          { code: 'ID', struct: 'ID', address: 0xa30, data: { name: 'OBCube', lib: 0xa00 } },
        ]
  return writeBlend(
    structs,
    [
      { code: 'TEST', bytes: thumbnail(layout) },
      { code: 'GLOB', struct: 'FileGlobal', data: { subversion: 3, curscene: 0x100 } },
      {
        code: 'SC',
        struct: 'Scene',
        address: 0x100,
        data: {
          'id.name': 'SCShot',
          camera: 0x300,
          ed: 0x110,
          'view_layers.first': 0x120,
          'view_layers.last': 0x130,
          'r.sfra': 1,
          'r.efra': 9,
          'r.engine': 'CYCLES',
          'r.pic': '//out/',
        },
      },
      data('Editing', 0x110, { 'seqbase.first': 0x140 }),
      data('ViewLayer', 0x120, { name: 'One', next: 0x130 }),
      data('ViewLayer', 0x130, { name: 'Two', prev: 0x120 }),
      data('Sequence', 0x140, { type: 0, strip: 0x150, next: 0x170 }),
      data('Strip', 0x150, { dir: '//seq/', stripdata: 0x160 }),
      data('StripElem', 0x160, [{ name: 'a_0001.png' }, { name: 'a_0002.png' }, { name: 'b.png' }]),
      data('Sequence', 0x170, { type: 3, strip: 0x180, prev: 0x140 }),
      data('Strip', 0x180, { dir: '//', stripdata: 0x190 }),
      data('StripElem', 0x190, { name: 'clip.mp4' }),
      {
        code: 'IM',
        struct: 'Image',
        address: 0x200,
        data: { 'id.name': 'IMtiles', name: '//t.<UDIM>.png', source: 6, 'tiles.first': 0x210 },
      },
      data('ImageTile', 0x210, { tile_number: 1001, next: 0x220 }),
      data('ImageTile', 0x220, { tile_number: 1002, prev: 0x210 }),
      {
        code: 'IM',
        struct: 'Image',
        address: 0x230,
        data: { 'id.name': 'IMseq', name: '//seq/a_0001.png', source: 2 },
      },
      {
        code: 'OB',
        struct: 'Object',
        address: 0x300,
        data: { 'id.name': 'OBCube', parent: 0x330, mat: 0x310, totcol: 2, data: 0x400, cache: 0x320 },
      },
      raw(0x310, pointers(0x340, 0x940)),
      data('PointCache', 0x320, { flag: 0x240, path: '//cache', name: 'cloth' }),
      data('NodesModifierData', 0x350, { simulation_bake_directory: 0x360, bakes: 0x370, bakes_num: 1 }),
      raw(0x360, text('//bakes')),
      data('NodesModifierBake', 0x370, { id: 42, flag: 2, directory: 0x380 }),
      raw(0x380, text('//own')),
      { code: 'OB', struct: 'Object', address: 0x330, data: { 'id.name': 'OBParent', parent: 0x300 } },
      { code: 'MA', struct: 'Material', address: 0x340, data: { 'id.name': 'MAwood', image: 0x200, props: 0x341 } },
      data('IDProperty', 0x341, { type: 6, name: 'group', 'data.group.first': 0x342, len: 2 }),
      data('IDProperty', 0x342, { type: 7, name: 'link', 'data.pointer': 0x400, next: 0x343 }),
      data('IDProperty', 0x343, { type: 9, name: 'groups', 'data.pointer': 0x344, len: 2, totallen: 2 }),
      data('IDProperty', 0x344, [{ type: 6 }, { type: 6, 'data.group.first': 0x342 }]),
      { code: 'TX', struct: 'Text', address: 0x400, data: { 'id.name': 'TXscript', name: 0x410 } },
      raw(0x410, text('//script.py')),
      {
        code: 'CF',
        struct: 'CacheFile',
        address: 0x500,
        data: { 'id.name': 'CFcache', filepath: '//a.abc', 'layers.first': 0x510 },
      },
      data('CacheFileLayer', 0x510, { filepath: '//b.abc' }),
      { code: 'LI', struct: 'Library', address: 0x900, data: { 'id.name': 'LIlib', name: library } },
      ...linkedNames.map((name, index): BlockInput => ({
        code: 'ID',
        struct: 'ID',
        address: 0x910 + index * 0x10,
        data: { name, lib: 0x900 },
      })),
      ...inside,
    ],
    layout,
  )
}

function thumbnail({ littleEndian }: FileLayout): Uint8Array {
  const bytes = new Uint8Array(8 + 2 * 2 * 4).fill(200)
  const view = new DataView(bytes.buffer)
  view.setInt32(0, 2, littleEndian)
  view.setInt32(4, 2, littleEndian)
  return bytes
}

function pointerBytes({ pointerSize, littleEndian }: FileLayout, addresses: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(addresses.length * pointerSize))
  addresses.forEach((address, index) => {
    if (pointerSize === 4) view.setUint32(index * 4, address, littleEndian)
    else view.setBigUint64(index * 8, BigInt(address), littleEndian)
  })
  return new Uint8Array(view.buffer)
}
