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

it('looks further up when files were found there, and not into all homes', async () => {
  const files = ['/home/ada/film/lib/tex/wood.png', '/home/ada/other/wood.png', '/home/bob/wood.png']
  const found = (...paths: string[]) => paths.map((path) => ({ path, size: 1 }))
  const root = '/home/ada/film/shots/s01/anim/a.blend'
  const similarTo = async (...paths: string[]) =>
    (await findSimilar(disk(...files), projectOf(root, disk()), [missing('/gone/wood.png')], found(...paths)))[0]
      ?.similar
  expect(await similarTo()).toBeUndefined()
  expect(await similarTo('/home/ada/film/lib/a.blend')).toEqual(['/home/ada/film/lib/tex/wood.png'])
  expect(await similarTo('/home/ada/film/lib/a.blend', '/home/bob/x.png')).toEqual(['/home/ada/film/lib/tex/wood.png'])
})

it('names a file once, whatever links lead to its folder', async () => {
  const files = { '/home/ada/film/tex/wood.png': 'x', '/home/ada/film/shots/a.blend': 'x' }
  const links = { '/home/ada/film/again': '/home/ada/film', '/home/ada/film/tex/up': '/home/ada/film/tex' }
  const linked = new Disk(memoryFileSystem('posix', files, links))
  const [found] = await findSimilar(linked, '/home/ada/film', [missing('/home/ada/film/shots/wood.png')])
  expect(found?.similar).toEqual(['/home/ada/film/tex/wood.png'])
})

it('looks for nothing when nothing is missing', async () => {
  expect(await findSimilar(disk(), '/', [])).toEqual([])
})
