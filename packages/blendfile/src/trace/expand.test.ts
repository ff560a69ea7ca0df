import { describe, expect, test } from 'vitest'
import { BlendPath } from '../path/blend-path.ts'
import type { Expansion } from '../references/reference.ts'
import { memoryFileSystem } from '../testing/memory-file-system.ts'
import { Disk } from './disk.ts'
import { expand } from './expand.ts'

const files = [
  '/p/Wood.PNG',
  '/p/seq/f_0001.exr',
  '/p/seq/f_0003.exr',
  '/p/seq/g_0001.exr',
  '/p/udim/t.1001.png',
  '/p/udim/t.1003.png',
  '/p/fluid/config/a.uni',
  '/p/fluid/data/b.vdb',
  '/p/caf\u00e9.png',
]

async function expanded(path: string, expansion: Expansion, style: 'posix' | 'windows' = 'posix') {
  const disk = new Disk(memoryFileSystem(style, Object.fromEntries(files.map((file) => [file, 'x']))))
  const { files: found, missing } = await expand(disk, path, expansion, '/p/s.blend')
  return [found.map((file) => file.path), missing]
}

describe('a path stands for', () => {
  test('one file', async () => {
    expect(await expanded('/p/Wood.PNG', { how: 'file' })).toEqual([['/p/Wood.PNG'], []])
    expect(await expanded('/p/none.png', { how: 'file' })).toEqual([[], ['/p/none.png']])
  })

  test('a file, never a folder', async () => {
    expect(await expanded('/p/seq', { how: 'file' })).toEqual([[], ['/p/seq']])
  })

  test('the frames that exist', async () => {
    const frames = ['/p/seq/f_0001.exr', '/p/seq/f_0003.exr']
    expect(await expanded('/p/seq/f_0002.exr', { how: 'frames' })).toEqual([frames, []])
    expect(await expanded('/p/SEQ/F_0002.EXR', { how: 'frames' })).toEqual([frames, []])
    expect(await expanded('/p/seq/x_0002.exr', { how: 'frames' })).toEqual([[], ['/p/seq/x_0002.exr']])
    expect(await expanded('/none/x_0002.exr', { how: 'frames' })).toEqual([[], ['/none/x_0002.exr']])
  })

  test('one frame only', async () => {
    expect(await expanded('/p/seq/f_0001.exr', { how: 'frames', only: 3 })).toEqual([['/p/seq/f_0003.exr'], []])
    expect(await expanded('/p/seq/f_0001.exr', { how: 'frames', only: 2 })).toEqual([[], ['/p/seq/f_0002.exr']])
  })

  test('a file beside it, where that is', async () => {
    const also = (path: string) => ({ how: 'file', also: new BlendPath(new TextEncoder().encode(path)) }) as const
    expect(await expanded('/p/Wood.PNG', also('//seq/f_0001.exr'))).toEqual([['/p/Wood.PNG', '/p/seq/f_0001.exr'], []])
    expect(await expanded('/p/Wood.PNG', also('//none'))).toEqual([['/p/Wood.PNG'], []])
    expect(await expanded('/p/none', also('//seq/f_0001.exr'))).toEqual([[], ['/p/none']])
  })

  test('files of other views, missing like the first', async () => {
    const [paths, views] = [['//seq/f_0001.exr'], ['//seq/g_0001.exr', '//seq/h_0001.exr']].map((list) =>
      list.map((path) => new BlendPath(new TextEncoder().encode(path))),
    ) as [BlendPath[], BlendPath[]]
    expect(await expanded('/p/seq/f_0001.exr', { how: 'list', paths, views })).toEqual([
      ['/p/seq/f_0001.exr', '/p/seq/g_0001.exr'],
      ['/p/seq/h_0001.exr'],
    ])
  })

  test('the tiles of a list, each missing by itself', async () => {
    expect(await expanded('/p/udim/t.<UDIM>.png', { how: 'tiles', tiles: [1001, 1002, 1003] })).toEqual([
      ['/p/udim/t.1001.png', '/p/udim/t.1003.png'],
      ['/p/udim/t.1002.png'],
    ])
  })

  test('tiles that Blender has', async () => {
    const tiles = [-1, 0, 1000, 1001, 2001, 2_000_000]
    expect(await expanded('/p/udim/t.<UDIM>.png', { how: 'tiles', tiles })).toEqual([['/p/udim/t.1001.png'], []])
  })

  test('the images of a strip', async () => {
    const paths = ['//seq/f_0003.exr', '//seq/g_0001.exr', '//seq/f_0004.exr'].map(
      (path) => new BlendPath(new TextEncoder().encode(path)),
    )
    expect(await expanded('/p/seq/f_0003.exr', { how: 'list', paths })).toEqual([
      ['/p/seq/f_0003.exr', '/p/seq/g_0001.exr'],
      ['/p/seq/f_0004.exr'],
    ])
  })

  test('a folder, with what is in it or only some of its files', async () => {
    expect(await expanded('/p/fluid', { how: 'folder', deep: true })).toEqual([
      ['/p/fluid/config/a.uni', '/p/fluid/data/b.vdb'],
      [],
    ])
    expect(await expanded('/p/fluid', { how: 'folder', deep: true, inside: 'data' })).toEqual([
      ['/p/fluid/data/b.vdb'],
      [],
    ])
    expect(await expanded('/p/fluid', { how: 'folder', deep: true, names: /^data$/ })).toEqual([
      ['/p/fluid/data/b.vdb'],
      [],
    ])
    expect(await expanded('/p/seq', { how: 'folder', names: /^g_/ })).toEqual([['/p/seq/g_0001.exr'], []])
    expect(await expanded('/p/fluid', { how: 'folder' })).toEqual([[], ['/p/fluid']])
  })
})

test('a name that differs by case or by how an accent is composed is found under its own spelling', async () => {
  expect(await expanded('/P/wood.png', { how: 'file' })).toEqual([['/p/Wood.PNG'], []])
  expect(await expanded('/p/cafe\u0301.png', { how: 'file' })).toEqual([['/p/caf\u00e9.png'], []])
})

test.each([
  ['/P/wood.png', { how: 'file' }, ['/P/wood.png', '/p/Wood.PNG']],
  ['/p/SEQ/F_0002.EXR', { how: 'frames' }, ['/p/SEQ/F_0002.EXR', '/p/seq/f_0001.exr']],
  ['/p/SEQ/f_0002.exr', { how: 'frames' }, ['/p/SEQ/f_0002.exr', '/p/seq/f_0001.exr']],
  ['/p/UDIM/t.<UDIM>.png', { how: 'tiles', tiles: [1001] }, ['/p/UDIM/t.1001.png', '/p/udim/t.1001.png']],
  ['/p/Fluid', { how: 'folder', deep: true }, ['/p/Fluid', '/p/fluid']],
  ['/p/seq/f_0002.exr', { how: 'frames' }, undefined],
  ['/p/fluid', { how: 'folder', deep: true }, undefined],
] as const)('of %s (%j) is told how the disk spells it', async (path, expansion, respelled) => {
  const disk = new Disk(memoryFileSystem('posix', Object.fromEntries(files.map((file) => [file, 'x']))))
  expect((await expand(disk, path, expansion as Expansion, '/p/s.blend')).respelled).toEqual(respelled)
})

test('on Windows another spelling is the same name', async () => {
  const fileSystem = memoryFileSystem('windows', { 'C:\\p\\Seq\\F_0001.exr': 'x' })
  const found = await expand(new Disk(fileSystem), 'C:\\P\\seq\\f_0002.exr', { how: 'frames' }, 'C:\\p\\s.blend')
  expect([found.files.length, found.missing, found.respelled]).toEqual([1, [], undefined])
})

test('links are followed, and a circle of them has each file once', async () => {
  const links = { '/p/fluid/again': '/p/fluid', '/p/fluid/out': '/q', '/p/a': '/p/b', '/p/b': '/p/a', '/p/tex': '/q' }
  const disk = new Disk(
    memoryFileSystem('posix', { '/p/fluid/x.uni': 'x', '/q/y.vdb': 'y', '/q/back/z.vdb': 'z' }, links),
  )
  const expanded = async (path: string, expansion: Expansion) => {
    const { files: found, missing } = await expand(disk, path, expansion, '/p/s.blend')
    return [found.map((file) => file.path), missing]
  }
  expect(await expanded('/p/fluid', { how: 'folder', deep: true })).toEqual([
    ['/p/fluid/out/back/z.vdb', '/p/fluid/out/y.vdb', '/p/fluid/x.uni'],
    [],
  ])
  expect(await expanded('/p/tex/y.vdb', { how: 'file' })).toEqual([['/p/tex/y.vdb'], []])
  expect(await expanded('/p/a', { how: 'file' })).toEqual([[], ['/p/a']])
})

test.each([300, 5000])('a path of %i letters is missing like any other, or found', async (length) => {
  const long = `C:\\p\\${'folder\\'.repeat(length / 7)}a.png`
  const disk = new Disk(memoryFileSystem('windows', { [long]: 'x' }))
  expect((await expand(disk, long, { how: 'file' }, 'C:\\p\\s.blend')).files).toHaveLength(1)
  expect((await expand(disk, `${long}x`, { how: 'file' }, 'C:\\p\\s.blend')).missing).toHaveLength(1)
})

test('a path of a thousand folders that are not there asks the disk once', async () => {
  const fileSystem = memoryFileSystem('posix', { '/p/a': 'x' })
  const asked: string[] = []
  const disk = new Disk({ ...fileSystem, stat: (path) => (asked.push(path), fileSystem.stat(path)) })
  const path = `/p${'/none'.repeat(1000)}`
  expect(await disk.find(path)).toBeUndefined()
  expect(asked).toEqual([path, '/p', '/p/none'])
})
