import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import { describe, expect, it } from 'vitest'
import { layOut } from './layout.ts'

type Found = Partial<Usage> & Pick<Usage, 'stored' | 'path'>

/** A trace that found what these usages name. */
function traced(file: string, usages: readonly Found[]): TraceResult {
  const full = usages.map((usage): Usage => ({
    in: file,
    block: 'IMtex',
    type: 'Image',
    field: 'name',
    kind: 'image',
    sequence: false,
    optional: false,
    packed: false,
    place: { how: 'block', at: 100, length: 8 },
    files: [usage.path],
    ...usage,
  }))
  const files = [...new Set(full.flatMap((usage) => usage.files))].toSorted().map((path) => ({ path, size: 1 }))
  return { file, seconds: 0, usages: full, files, missing: [], errors: [], warnings: [] }
}

function laidOut(main: string, usages: readonly Found[], options: { root?: string; style?: 'posix' | 'windows' } = {}) {
  const layout = layOut(traced(main, usages), { style: 'posix', ...options })
  return {
    root: layout.root,
    paths: layout.entries.map(({ path }) => path),
    outside: layout.outside,
    changes: [...layout.changes].flatMap(([file, list]) =>
      list.map(({ usage, stored }) => [file, usage.stored, stored]),
    ),
  }
}

describe('layOut', () => {
  it('leaves a project of relative paths as it is', () => {
    const usages = [
      { stored: '//../tex/wood.png', path: '/p/tex/wood.png' },
      { stored: '//..\\tex\\wood.png', path: '/p/tex/wood.png' },
    ]
    expect(laidOut('/p/shots/a.blend', usages)).toEqual({
      root: '/p',
      paths: ['shots/a.blend', 'tex/wood.png'],
      outside: [],
      changes: [],
    })
  })

  it('makes absolute paths, and those that depend on where Blender was started, relative', () => {
    const usages = [
      { stored: '/p/tex/wood.png', path: '/p/tex/wood.png' },
      { stored: 'bark.png', path: '/p/shots/bark.png' },
    ]
    expect(laidOut('/p/shots/a.blend', usages).changes).toEqual([
      ['/p/shots/a.blend', '/p/tex/wood.png', '//../tex/wood.png'],
      ['/p/shots/a.blend', 'bark.png', '//bark.png'],
    ])
  })

  it('takes in what lies outside, and a library there with its textures needs no change', () => {
    const usages = [
      { stored: '//../../../mnt/lib/tree.blend', path: '/mnt/lib/tree.blend' },
      { in: '/mnt/lib/tree.blend', stored: '//tex/leaf.png', path: '/mnt/lib/tex/leaf.png' },
      { in: '/mnt/lib/tree.blend', stored: '/home/ada/film/tex/bark.png', path: '/home/ada/film/tex/bark.png' },
    ]
    expect(laidOut('/home/ada/film/a.blend', usages)).toEqual({
      root: '/home/ada/film',
      paths: ['a.blend', 'tex/bark.png', '_outside/mnt/lib/tex/leaf.png', '_outside/mnt/lib/tree.blend'],
      outside: ['/mnt/lib/tex/leaf.png', '/mnt/lib/tree.blend'],
      changes: [
        ['/home/ada/film/a.blend', '//../../../mnt/lib/tree.blend', '//_outside/mnt/lib/tree.blend'],
        ['/mnt/lib/tree.blend', '/home/ada/film/tex/bark.png', '//../../../tex/bark.png'],
      ],
    })
  })

  it('keeps tokens, frames that are not there and folders', () => {
    const usages = [
      { stored: '/t/u.<UDIM>.png', path: '/t/u.<UDIM>.png', sequence: true, files: ['/t/u.1001.png', '/t/u.1002.png'] },
      { stored: '/t/f_0001.png', path: '/t/f_0001.png', sequence: true, files: ['/t/f_0003.png'] },
      { stored: '/t/a:<UVTILE>.png', path: '/t/a:<UVTILE>.png', sequence: true, files: ['/t/a:u1_v1.png'] },
      { stored: '/c/fluid', path: '/c/fluid', sequence: true, files: ['/c/fluid/data/a.vdb'] },
    ]
    expect(laidOut('/p/a.blend', usages).changes.map(([, , stored]) => stored)).toEqual([
      '//_outside/t/u.<UDIM>.png',
      '//_outside/t/f_0001.png',
      '//_outside/t/a_<UVTILE>.png',
      '//_outside/c/fluid',
    ])
  })

  it('spells names as the disk does, so that other systems find them', () => {
    const usages = [
      { stored: '//TEX/Wood.PNG', path: '/p/TEX/Wood.PNG', files: ['/p/tex/wood.png'] },
      { stored: '//TEX/F_<UDIM>.png', path: '/p/TEX/F_<UDIM>.png', sequence: true, files: ['/p/tex/F_1001.png'] },
    ]
    expect(laidOut('/p/a.blend', usages).changes.map(([, , stored]) => stored)).toEqual([
      '//tex/wood.png',
      '//tex/F_<UDIM>.png',
    ])
  })

  it('changes nothing of what is packed or missing', () => {
    const usages = [
      { stored: '/t/a.png', path: '/t/a.png', packed: true, files: [] },
      { stored: '/t/b.png', path: '/t/b.png', files: [] },
    ]
    expect(laidOut('/p/a.blend', usages)).toMatchObject({ paths: ['a.blend'], changes: [] })
  })

  it('moves a path that needs no file with one that does', () => {
    const usages = [
      { stored: '/t/a.wav', path: '/t/a.wav' },
      { stored: '//../t/a.wav', path: '/t/a.wav', optional: true, files: [] },
      { stored: '/t/proxies', path: '/t/proxies', optional: true, files: [] },
    ]
    expect(laidOut('/p/a.blend', usages)).toMatchObject({
      paths: ['a.blend', '_outside/t/a.wav'],
      changes: [
        ['/p/a.blend', '/t/a.wav', '//_outside/t/a.wav'],
        ['/p/a.blend', '//../t/a.wav', '//_outside/t/a.wav'],
      ],
    })
  })

  it('joins drives of Windows, and one file under two spellings', () => {
    const usages = [
      { stored: 'D:\\lib\\a.png', path: 'D:\\lib\\a.png' },
      { stored: '//..\\tex\\b.png', path: 'C:\\film\\tex\\b.png' },
      { stored: '//..\\TEX\\B.png', path: 'C:\\film\\TEX\\B.png' },
    ]
    expect(laidOut('C:\\film\\shots\\a.blend', usages, { style: 'windows' })).toMatchObject({
      root: 'C:\\film',
      paths: ['shots/a.blend', 'TEX/B.png', '_outside/drive-D/lib/a.png'],
      changes: [
        [expect.any(String), 'D:\\lib\\a.png', '//../_outside/drive-D/lib/a.png'],
        [expect.any(String), '//..\\tex\\b.png', '//../TEX/B.png'],
      ],
    })
  })

  it('takes a main file outside the given root along', () => {
    const usages = [{ stored: '/q/t.png', path: '/q/t.png' }]
    expect(laidOut('/p/a.blend', usages, { root: '/q' })).toMatchObject({
      paths: ['_outside/p/a.blend', 't.png'],
      changes: [['/p/a.blend', '/q/t.png', '//../../t.png']],
    })
  })

  it('moves all images of a strip', () => {
    const list = ['/x/f_1.png', '/x/f_7.png']
    const usages = [{ stored: '/x/f_1.png', path: '/x/f_1.png', sequence: true, list, files: list }]
    expect(laidOut('/p/a.blend', usages).changes).toEqual([
      ['/p/a.blend', '/x/f_1.png', ['//_outside/x/f_1.png', '//_outside/x/f_7.png']],
    ])
    const relative = ['//f_1.png', '//f_7.png']
    const files = ['/p/f_1.png', '/p/f_7.png']
    expect(
      laidOut('/p/a.blend', [{ stored: '//f_1.png', path: '/p/f_1.png', sequence: true, list: relative, files }])
        .changes,
    ).toEqual([])
  })

  it('tells what would have to change and is in no field of a file on this disk', () => {
    const usages = [{ stored: '/x/a.png', path: '/x/a.png', place: undefined }]
    const { fixed, changes } = layOut(traced('/p/a.blend', usages), { style: 'posix' })
    expect([fixed.length, changes.size]).toEqual([1, 0])
  })

  it('moves a library whose data-blocks are inside the file together with what they need', () => {
    const archive = { type: 'Library', kind: 'library', packed: true, files: [] }
    const usages = [
      { ...archive, stored: '/lib/tree.blend', path: '/lib/tree.blend' },
      { ...archive, stored: '/lib/other.blend', path: '/lib/other.blend' },
      { base: '/lib/tree.blend', stored: '//tex/leaf.png', path: '/lib/tex/leaf.png' },
    ]
    expect(laidOut('/p/a.blend', usages)).toMatchObject({
      paths: ['a.blend', '_outside/lib/tex/leaf.png'],
      changes: [['/p/a.blend', '/lib/tree.blend', '//_outside/lib/tree.blend']],
    })
    const inside = [
      { ...archive, stored: '//../lib/tree.blend', path: '/p/lib/tree.blend' },
      { base: '/p/lib/tree.blend', stored: '//tex/leaf.png', path: '/p/lib/tex/leaf.png' },
    ]
    expect(laidOut('/p/shots/a.blend', inside).changes).toEqual([])
  })

  it('takes paths of what was packed from a library relative to that library', () => {
    const usages = [{ base: '/lib/tree.blend', stored: '/tex/leaf.png', path: '/tex/leaf.png' }]
    expect(laidOut('/p/a.blend', usages).changes).toEqual([['/p/a.blend', '/tex/leaf.png', '//../tex/leaf.png']])
  })
})
