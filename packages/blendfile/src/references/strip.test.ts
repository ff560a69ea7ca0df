import { describe, expect, test } from 'vitest'
import { findMoved, findReferences } from '../testing/find-references.ts'

const structs = {
  StripElem: ['char name[256]'],
  Strip: ['StripElem *stripdata', 'char dir[768]'],
  Sequence: [
    'Sequence *next',
    'Sequence *prev',
    'int type',
    'int flag',
    'Strip *strip',
    'bSound *sound',
    'char views_format',
    'char pad[7]',
  ],
  SceneRenderView: [
    'SceneRenderView *next',
    'SceneRenderView *prev',
    'char name[64]',
    'char suffix[64]',
    'int viewflag',
    'int pad',
  ],
  RenderData: ['int scemode', 'short views_format', 'short pad', 'ListBase views'],
  Scene: ['ID id', 'RenderData r'],
}
const scene = { code: 'SC', struct: 'Scene', data: { 'id.name': 'SCScene' } }

function strips(type: number, names: readonly string[], more: object = {}) {
  return [
    scene,
    { code: 'DATA', struct: 'Sequence', data: { type, strip: 0x10, ...more } },
    { code: 'DATA', struct: 'Strip', address: 0x10, data: { dir: '//shots', stripdata: 0x20 } },
    { code: 'DATA', struct: 'StripElem', address: 0x20, data: names.map((name) => ({ name })) },
  ]
}

test('images as they are listed', async () => {
  const [found, ...rest] = await findReferences(structs, strips(0, ['a1.png', 'a5.png']))
  expect(rest).toEqual([])
  expect(found).toMatchObject({ kind: 'strip', type: 'ImageStrip', block: 'SCScene', stored: '//shots/a1.png' })
  expect(found!.expansion.how === 'list' && found!.expansion.paths.map(String)).toEqual([
    '//shots/a1.png',
    '//shots/a5.png',
  ])
  const moved = ['//moved/shots/a1.png', '//moved/shots/a5.png']
  expect(await findMoved(structs, strips(0, ['a1.png', 'a5.png']))).toEqual(moved)
})

test('a movie', async () => {
  expect(await findReferences(structs, strips(3, ['m.mp4']))).toMatchObject([
    { type: 'MovieStrip', stored: '//shots/m.mp4', expansion: { how: 'file' } },
  ])
})

test('a sound strip without a Sound data-block names its file itself', async () => {
  expect(await findReferences(structs, strips(4, ['s.wav']))).toMatchObject([
    { type: 'SoundStrip', stored: '//shots/s.wav' },
  ])
})

test("a sound strip's copy of its Sound's path needs no file, and is rewritten", async () => {
  const blocks = strips(4, ['s.wav'], { sound: 0x99 })
  expect(await findReferences(structs, blocks)).toMatchObject([
    { stored: '//shots/s.wav', expansion: { how: 'nothing' }, optional: true },
  ])
  expect(await findMoved(structs, blocks)).toEqual(['//moved/shots/s.wav'])
})

test.each([1, 2, 8])('strip type %i has no path', async (type) => {
  expect(await findReferences(structs, strips(type, ['x']))).toEqual([])
})

test('a strip without media, and one without a name', async () => {
  const blocks = [scene, { code: 'DATA', struct: 'Sequence', data: { type: 0, strip: 0x99 } }]
  expect(await findReferences(structs, blocks)).toEqual([])
  expect(await findReferences(structs, strips(0, ['']))).toEqual([])
})

describe('a file per view', () => {
  const usesViews = 1 << 29
  const multiView = 1 << 21
  const view = (address: number, name: string, suffix: string, next: number, viewflag = 0) => ({
    code: 'DATA',
    struct: 'SceneRenderView',
    address,
    data: { name, suffix, next, viewflag },
  })
  /** Views of the scene: left, right, one that is off and one more. */
  function stereo(names: readonly string[], scemode: number, format: number, strip: object = {}) {
    const [first, ...rest] = strips(0, names, { flag: usesViews, ...strip })
    return [
      {
        ...first!,
        data: { 'id.name': 'SCScene', 'r.scemode': scemode, 'r.views_format': format, 'r.views.first': 0x51 },
      },
      view(0x51, 'left', '_L', 0x52),
      view(0x52, 'right', '_R', 0x53),
      view(0x53, 'off', '_X', 0x54, 1),
      view(0x54, 'third', '_3', 0),
      ...rest,
    ]
  }
  async function viewsOf(blocks: ReturnType<typeof stereo>): Promise<string[]> {
    const [found] = await findReferences(structs, blocks)
    return found!.expansion.how === 'list' ? (found!.expansion.views ?? []).map(String) : []
  }

  test('named by the suffixes of its scene', async () => {
    const blocks = stereo(['a1_L.png', 'a2_L.png'], multiView, 0)
    expect(await viewsOf(blocks)).toEqual(['//shots/a1_R.png', '//shots/a2_R.png'])
    expect(await viewsOf(stereo(['a_R.png'], multiView, 0))).toEqual(['//shots/a_L.png'])
    expect(await viewsOf(stereo(['a_L.png'], multiView, 1))).toEqual(['//shots/a_R.png', '//shots/a_3.png'])
    expect(await findMoved(structs, blocks)).toEqual(['//moved/shots/a1_L.png', '//moved/shots/a2_L.png'])
  })

  test('none: one view, one file for both, a name without a suffix', async () => {
    expect(await viewsOf(stereo(['a_L.png'], 0, 0))).toEqual([])
    expect(await viewsOf(stereo(['a_L.png'], multiView, 0, { views_format: 1 }))).toEqual([])
    expect(await viewsOf(stereo(['a_L.png'], multiView, 0, { flag: 0 }))).toEqual([])
    expect(await viewsOf(stereo(['a_X.png', 'b', 'c_L'], multiView, 0))).toEqual([])
  })
})
