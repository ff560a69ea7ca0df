import { inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { BlockInput } from '../testing/blend-writer.ts'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { inspect } from './inspect.ts'

const structs = {
  ...baseStructs,
  RenderData: [
    'int sfra',
    'int efra',
    'int frame_step',
    'int xsch',
    'int ysch',
    'short size',
    'short frs_sec',
    'float frs_sec_base',
    'char engine[32]',
    'char pic[1024]',
  ],
  ViewLayer: ['ViewLayer *next', 'ViewLayer *prev', 'char name[64]'],
  Object: ['ID id'],
  Scene: ['ID id', 'Object *camera', 'ListBase view_layers', 'RenderData r'],
  FileGlobal: ['short subversion', 'short pad[3]', 'Scene *curscene'],
}

async function inspected(blocks: readonly BlockInput[]) {
  const bytes = writeBlend(structs, blocks, { version: 405, pointerSize: 8, littleEndian: true })
  return inspect(await BlendFile.open(memorySource(bytes), { codecs: webCodecs }), '/p/a.blend')
}

test('scenes, data-blocks and what the file is', async () => {
  const render = {
    'r.sfra': 1,
    'r.efra': 48,
    'r.xsch': 1920,
    'r.ysch': 1080,
    'r.size': 50,
    'r.frs_sec': 30,
    'r.frs_sec_base': 1.001,
  }
  const info = await inspected([
    { code: 'GLOB', struct: 'FileGlobal', data: { subversion: 12, curscene: 0x10 } },
    {
      code: 'SC',
      struct: 'Scene',
      address: 0x10,
      data: {
        'id.name': 'SCShot',
        camera: 0x20,
        'view_layers.first': 0x30,
        ...render,
        'r.engine': 'CYCLES',
        'r.pic': '//out/####',
      },
    },
    { code: 'DATA', struct: 'ViewLayer', address: 0x30, data: { name: 'Main', next: 0x40 } },
    { code: 'DATA', struct: 'ViewLayer', address: 0x40, data: { name: 'Fog' } },
    { code: 'OB', struct: 'Object', address: 0x20, data: { 'id.name': 'OBCam' } },
    { code: 'LI', struct: 'Library', data: { 'id.name': 'LIa', name: '//a.blend' } },
    { code: 'ID', struct: 'ID', data: { name: 'OBLinked' } },
  ])
  expect(info).toEqual({
    file: '/p/a.blend',
    blenderVersion: '4.5',
    subversion: 12,
    activeScene: 'Shot',
    fileFormat: 0,
    compression: 'none',
    pointerSize: 8,
    endian: 'little',
    scenes: [
      {
        name: 'Shot',
        frameStart: 1,
        frameEnd: 48,
        frameStep: 1,
        fps: 29.97,
        engine: 'CYCLES',
        width: 1920,
        height: 1080,
        percentage: 50,
        camera: 'Cam',
        viewLayers: ['Main', 'Fog'],
        output: '//out/####',
      },
    ],
    counts: { Scene: 1, Object: 1, Library: 1 },
    linked: 1,
    outputs: [{ block: 'SCShot', type: 'RenderSettings', path: '//out/####' }],
  })
})

test('the thumbnail is a PNG the right way up', async () => {
  // 1 × 2: red below, blue above, as Blender stores it from the bottom up.
  const pixels = [255, 0, 0, 255, 0, 0, 255, 255]
  const { thumbnail } = await inspected([{ code: 'TEST', bytes: Uint8Array.from([1, 0, 0, 0, 2, 0, 0, 0, ...pixels]) }])
  expect(thumbnail).toMatchObject({ width: 1, height: 2, mime: 'image/png' })
  const png = Buffer.from(thumbnail!.base64, 'base64')
  const data = png.indexOf('IDAT') + 4
  expect([...inflateSync(png.subarray(data, data + png.readUInt32BE(data - 8)))]).toEqual([
    0, 0, 0, 255, 255, 0, 255, 0, 0, 255,
  ])
})

test.each([
  ['too short', [1, 0, 0]],
  ['without its pixels', [16, 0, 0, 0, 16, 0, 0, 0]],
  ['of an impossible size', [255, 255, 255, 127, 255, 255, 255, 127]],
])('a thumbnail %s is none', async (_, bytes) => {
  expect((await inspected([{ code: 'TEST', bytes: Uint8Array.from(bytes) }])).thumbnail).toBeUndefined()
})
