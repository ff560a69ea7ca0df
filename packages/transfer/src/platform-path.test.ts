import { describe, expect, it } from 'vitest'
import { platformPaths } from './platform-path.ts'

const names = (paths: string[], platform: NodeJS.Platform) =>
  platformPaths(paths, platform).files.map((file) => file.name)

describe('platformPaths', () => {
  it('leaves everything as it is on Linux', () => {
    const paths = ['CON', 'a:b', 'Wood.png', 'wood.png', 'end.']
    expect(platformPaths(paths, 'linux')).toEqual({ files: paths.map((path) => ({ path, name: path })), renamed: [] })
  })

  it('gives names that Windows can have', () => {
    expect(names(['con/Aux.txt', 'a:b*.png', 'end. ', 'console.png', 'COM1', 'com10'], 'win32')).toEqual([
      '_con/_Aux.txt',
      'a%3Ab%2A.png',
      'end%2E%20',
      'console.png',
      '_COM1',
      'com10',
    ])
  })

  it('keeps names apart that differ only in case or in how an accent is written', () => {
    const { files, renamed } = platformPaths(['t/Wood.png', 't/wood.png', 't/WOOD.png', 'ä', 'a\u0308'], 'darwin')
    expect(files.map((file) => file.name)).toEqual(['t/Wood.png', 't/wood~2.png', 't/WOOD~3.png', 'ä', 'a\u0308~2'])
    expect(renamed).toContainEqual({ path: 't/wood.png', as: 't/wood~2.png' })
  })
})
