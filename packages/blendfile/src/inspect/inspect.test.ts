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
  ID: [...(baseStructs.ID ?? []), 'IDProperty *properties'],
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
    'int mode',
    'int scemode',
  ],
  ViewLayer: ['ViewLayer *next', 'ViewLayer *prev', 'char name[64]'],
  Object: ['ID id', 'short restrictflag', 'short type', 'short pad[2]'],
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
  ],
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
        cycles: { samples: 4096, adaptive: true, noiseThreshold: 0.01, splitObstacles: [] },
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

test('how Cycles would render, from the settings that were touched', async () => {
  const setting = (address: number, data: Record<string, unknown>) => ({
    code: 'DATA',
    struct: 'IDProperty',
    address,
    data: data as Record<string, number | string>,
  })
  const timeLimit = new DataView(new ArrayBuffer(4))
  timeLimit.setFloat32(0, 2.5, true)
  const info = await inspected([
    {
      code: 'SC',
      struct: 'Scene',
      address: 0x10,
      data: { 'id.name': 'SCShot', 'id.properties': 0x50, 'r.engine': 'CYCLES', 'r.scemode': (1 << 22) | 1 },
    },
    setting(0x50, { type: 6, 'data.group.first': 0x60 }),
    setting(0x60, { type: 6, name: 'cycles', 'data.group.first': 0x70 }),
    setting(0x70, { type: 1, name: 'samples', 'data.val': 77, next: 0x80 }),
    setting(0x80, { type: 10, name: 'use_adaptive_sampling', 'data.val': 0, next: 0x90 }),
    setting(0x90, { type: 2, name: 'time_limit', 'data.val': timeLimit.getInt32(0, true) }),
    { code: 'OB', struct: 'Object', address: 0x20, data: { 'id.name': 'OBFloor', restrictflag: 1 << 10, type: 1 } },
  ])
  expect(info.scenes[0]?.cycles).toEqual({
    samples: 77,
    adaptive: false,
    noiseThreshold: 0.01,
    splitObstacles: ['several views', 'a time limit', 'a shadow catcher'],
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
