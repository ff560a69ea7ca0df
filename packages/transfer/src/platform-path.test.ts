import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FolderPlaces } from './platform-path.ts'

const folder = join('/', 'frames')
function placesOf(paths: string[], platform: NodeJS.Platform) {
  const places = new FolderPlaces(folder, platform)
  return { names: paths.map((path) => places.of(path)), places }
}
const inFolder = (...names: string[]) => names.map((name) => join(folder, ...name.split('/')))

describe('FolderPlaces', () => {
  it('leaves everything as it is on Linux', () => {
    const paths = ['CON', 'a:b', 'Wood.png', 'wood.png', 'end.']
    const { names, places } = placesOf(paths, 'linux')
    expect(names).toEqual(inFolder(...paths))
    expect(places.renamed).toEqual([])
  })

  it('gives names that Windows can have', () => {
    expect(placesOf(['con/Aux.txt', 'a:b*.png', 'end. ', 'console.png', 'COM1', 'com10'], 'win32').names).toEqual(
      inFolder('_con/_Aux.txt', 'a%3Ab%2A.png', 'end%2E%20', 'console.png', '_COM1', 'com10'),
    )
  })

  it('keeps names apart that differ only in case or in how an accent is written, and gives the same again', () => {
    const paths = ['t/Wood.png', 't/wood.png', 't/WOOD.png', 'ä', 'a\u0308']
    const { names, places } = placesOf(paths, 'darwin')
    expect(names).toEqual(inFolder('t/Wood.png', 't/wood~2.png', 't/WOOD~3.png', 'ä', 'a\u0308~2'))
    expect(places.renamed).toContainEqual({ path: 't/wood.png', as: 't/wood~2.png' })
    expect(paths.map((path) => places.of(path))).toEqual(names)
    expect(places.renamed).toHaveLength(3)
  })
})
