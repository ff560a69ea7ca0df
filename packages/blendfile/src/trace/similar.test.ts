import { expect, it } from 'vitest'
import { memoryFileSystem } from '../testing/memory-file-system.ts'
import { Disk } from './disk.ts'
import { findSimilar, projectOf } from './similar.ts'

const disk = (...files: string[]) =>
  new Disk(memoryFileSystem('posix', Object.fromEntries(files.map((file) => [file, 'x']))))
const missing = (path: string) => ({ path, usages: [] })
const similar = async (files: string[], path: string) =>
  (await findSimilar(disk(...files), projectOf('/home/ada/film/shots/a.blend', disk()), [missing(path)]))[0]?.similar

it('names files of the same name in the project, the nearest to its root first', async () => {
  const files = ['/home/ada/film/tex/old/Wood.png', '/home/ada/film/tex/wood.png', '/home/ada/film/tex/bark.png']
  expect(await similar(files, '/home/ada/film/shots/wood.png')).toEqual([
    '/home/ada/film/tex/wood.png',
    '/home/ada/film/tex/old/Wood.png',
  ])
})

it('names nothing outside the project, and no folder', async () => {
  expect(await similar(['/home/ada/other/wood.png', '/home/ada/film/wood.png/x'], '/gone/wood.png')).toBeUndefined()
})

it('looks for nothing when nothing is missing', async () => {
  expect(await findSimilar(disk(), '/', [])).toEqual([])
})
