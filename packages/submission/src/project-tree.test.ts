import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layOutProject } from './project-tree.ts'

describe('layOutProject', () => {
  it('takes the common folder of everything', () => {
    const tree = layOutProject('/p/shots/a.blend', ['/p/textures/wood.png', '/p/lib/b.blend'])
    expect(tree).toEqual({
      root: '/p',
      entries: [
        { path: 'shots/a.blend', file: '/p/shots/a.blend' },
        { path: 'textures/wood.png', file: '/p/textures/wood.png' },
        { path: 'lib/b.blend', file: '/p/lib/b.blend' },
      ],
      outside: [],
    })
  })

  it('does not take a folder for another one with the same beginning', () => {
    expect(layOutProject('/p/a/x.blend', ['/p/ab/t.png']).root).toBe('/p')
  })

  it('leaves out what a custom root does not hold', () => {
    const tree = layOutProject('/p/shots/a.blend', ['/p/textures/wood.png', '/p/shots/t.png'], { root: '/p/shots' })
    expect(tree.entries.map(({ path }) => path)).toEqual(['a.blend', 't.png'])
    expect(tree.outside).toEqual(['/p/textures/wood.png'])
  })

  it('refuses a root that does not hold the main file', () => {
    expect(() => layOutProject('/p/a.blend', [], { root: '/q' })).toThrow(
      expect.objectContaining({ code: 'submit.outside_root' }),
    )
  })

  it('knows drives and network shares of Windows', () => {
    const tree = layOutProject('C:\\p\\a.blend', ['c:\\p\\t\\x.png', 'D:\\x.png', '\\\\server\\share\\y.png'], {
      style: 'win32',
    })
    expect(tree.entries.map(({ path }) => path)).toEqual(['a.blend', 't/x.png'])
    expect(tree.outside).toEqual(['D:\\x.png', '\\\\server\\share\\y.png'])
  })

  it('gives every file one path that leads back to it', () => {
    const part = fc.stringMatching(/^[a-z.]{1,4}$/).filter((text) => !/^\.+$/.test(text))
    const file = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(file, fc.array(file), (main, files) => {
        const { root, entries, outside } = layOutProject(main, files)
        expect(outside).toEqual([])
        for (const entry of entries) expect(`${root === '/' ? '' : root}/${entry.path}`).toBe(entry.file)
        expect(new Set(entries.map(({ file }) => file))).toEqual(new Set([main, ...files]))
      }),
    )
  })
})
