import { expect, test } from 'vitest'
import { memorySource } from '../byte-source.ts'
import { webCodecs } from '../codecs.ts'
import { BlendFile } from '../file/blend-file.ts'
import type { BlockInput } from '../testing/blend-writer.ts'
import { modernLayout, writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { outputsOf } from './outputs.ts'

const structs = {
  ...baseStructs,
  RenderData: ['char pic[1024]'],
  Scene: ['ID id', 'RenderData r'],
  Object: ['ID id'],
  bNodeTree: ['ID id'],
  NodeImageMultiFile: ['char base_path[1024]'],
  DynamicPaintSurface: ['short format', 'short pad[3]', 'char image_output_path[1024]'],
}

const opened = (version: number, blocks: readonly BlockInput[]) =>
  BlendFile.open(memorySource(writeBlend(structs, blocks, { ...modernLayout, version })), { codecs: webCodecs })

test('of scenes, File Output nodes and painted image sequences', async () => {
  const file = await opened(405, [
    { code: 'SC', struct: 'Scene', data: { 'id.name': 'SCShot', 'r.pic': '//frames/' } },
    { code: 'DATA', struct: 'NodeImageMultiFile', data: { base_path: '//passes/' } },
    { code: 'SC', struct: 'Scene', data: { 'id.name': 'SCEmpty' } },
    { code: 'OB', struct: 'Object', data: { 'id.name': 'OBCanvas' } },
    { code: 'DATA', struct: 'DynamicPaintSurface', data: { format: 2, image_output_path: '//paint/' } },
    { code: 'DATA', struct: 'DynamicPaintSurface', data: { format: 0, image_output_path: '//default/' } },
  ])
  expect(await outputsOf(file)).toEqual([
    { block: 'SCShot', type: 'RenderSettings', path: '//frames/' },
    { block: 'SCShot', type: 'CompositorNodeOutputFile', path: '//passes/' },
    { block: 'OBCanvas', type: 'DynamicPaintSurface', path: '//paint/' },
  ])
})

test('of a compositor that is a data-block of its own, once', async () => {
  const file = await opened(500, [
    { code: 'SC', struct: 'Scene', data: { 'id.name': 'SCShot' } },
    { code: 'DATA', struct: 'NodeImageMultiFile', data: { base_path: '//passes/' } },
    { code: 'NT', struct: 'bNodeTree', data: { 'id.name': 'NTNodes' } },
    { code: 'DATA', struct: 'NodeImageMultiFile', data: { base_path: '//passes/' } },
  ])
  expect(await outputsOf(file)).toEqual([{ block: 'NTNodes', type: 'CompositorNodeOutputFile', path: '//passes/' }])
})
