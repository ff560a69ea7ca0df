import { droppedFileSystem } from '@backlot/blendfile/browser/dropped-file-system'
import { webCodecs } from '@backlot/blendfile/codecs'
import { layouts, seedFile } from '@backlot/blendfile/testing/seed-files'
import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import { trace } from '@backlot/blendfile/trace/trace'
import { expect, it } from 'vitest'
import { branchTotal, type Dependency, dependencyReport, hasProblem, shownPath, userOf } from './dependency-tree.ts'

/** A scene that refers to a bit of everything. */
const scene = (library: string) => new Blob([seedFile(layouts[2]!, library).slice()])
const text = (letters: string) => new Blob([letters])

async function report(contents: Record<string, Blob>, main = 'film/shots/scene.blend') {
  const files = Object.entries(contents).map(([path, file]) => ({ path, file }))
  const result = await trace(`/${main}`, { fileSystem: droppedFileSystem(files), codecs: webCodecs, project: '/' })
  return { result, ...dependencyReport(structuredClone(result), files, contents[main]!.size) }
}
const stateOf = (tree: readonly Dependency[]) => Object.fromEntries(tree.map(({ path, state }) => [path, state]))

it('tells what is there, incomplete, missing, outside, and not needed, the worst first', async () => {
  const { tree, missing, outside, files, bytes } = await report({
    'film/shots/scene.blend': scene('//../../elsewhere/lib.blend'),
    'film/shots/t.1001.png': text('tile'),
    'film/shots/seq/a_0001.png': text('one'),
    'film/shots/b.abc': text('cache'),
    'film/other/A.ABC': text('moved'),
  })
  expect(stateOf(tree)).toEqual({
    'film/shots/a.abc': 'missing',
    'film/shots/clip.mp4': 'missing',
    'film/shots/seq/a_0001.png': 'partly',
    'film/shots/t.<UDIM>.png': 'partly',
    'film/shots/b.abc': 'there',
    'film/shots/script.py': 'unneeded',
    'film/shots/own': 'unneeded',
    'film/shots/cache': 'missing',
    '//../../elsewhere/lib.blend': 'outside',
  })
  expect(tree[0]!.state).toBe('missing')
  expect(tree.filter(hasProblem)).toHaveLength(5)
  expect(tree.at(-1)).toMatchObject({ kind: 'library', state: 'outside', usedBy: ['Library lib'] })
  // One image and one strip, which lists two files more.
  const [sequence, tiles] = tree.filter(({ state }) => state === 'partly')
  expect(sequence).toMatchObject({ files: 1, absent: 2, bytes: 3, usedBy: ['ImageStrip Shot', 'Image seq'] })
  expect(tiles).toMatchObject({ path: 'film/shots/t.<UDIM>.png', files: 1, absent: 1, bytes: 4, sequence: true })
  expect(missing.map(({ path }) => path)).toContain('/film/shots/t.1002.png')
  expect(missing.find(({ path }) => path === '/film/shots/a.abc')?.similar).toEqual(['/film/other/A.ABC'])
  expect(outside.map(({ path }) => path)).toEqual(['/elsewhere/lib.blend'])
  expect([files, bytes]).toEqual([
    4,
    scene('//../../elsewhere/lib.blend').size + 'tile'.length + 'one'.length + 'cache'.length,
  ])
})

it('hangs what a library needs below it, where it is named first', () => {
  const common = { block: 'LIx', type: 'Library', field: 'name', sequence: false, optional: false, packed: false }
  const usage = (file: string, path: string, kind: string): Usage => ({
    ...common,
    in: file,
    path,
    kind,
    files: [path],
    stored: path,
  })
  const size = (path: string) => ({ path, size: 10 })
  const result: TraceResult = {
    file: '/film/a.blend',
    seconds: 0,
    usages: [
      usage('/film/a.blend', '/film/b.blend', 'library'),
      usage('/film/a.blend', '/film/c.blend', 'library'),
      usage('/film/a.blend', '/film/wood.png', 'image'),
      usage('/film/b.blend', '/film/c.blend', 'library'),
      usage('/film/c.blend', '/film/b.blend', 'library'),
      usage('/film/c.blend', '/film/wood.png', 'image'),
    ],
    files: ['/film/b.blend', '/film/c.blend', '/film/wood.png'].map(size),
    missing: [],
    errors: [],
    warnings: [],
  }
  const { tree } = dependencyReport(result, [{ path: 'film/a.blend' }], 5)
  expect(tree.map(({ path, repeated }) => [path, repeated])).toEqual([
    ['film/wood.png', false],
    ['film/b.blend', false],
    ['film/c.blend', true],
  ])
  const [c] = tree[1]!.needs!
  expect(c).toMatchObject({ path: 'film/c.blend', repeated: false })
  expect(c!.needs!.map(({ path, repeated }) => [path, repeated])).toEqual([
    ['film/wood.png', false],
    ['film/b.blend', true],
  ])
  // Each file once, though the two link each other.
  expect(branchTotal(tree[1]!)).toEqual({ files: 3, bytes: 30 })
  expect(hasProblem(tree[1]!)).toBe(false)
})

it('takes nothing for missing where no folder was dropped', async () => {
  const { tree, missing, outside } = await report({ 'scene.blend': scene('//lib.blend') }, 'scene.blend')
  expect(missing).toEqual([])
  expect(outside.length).toBeGreaterThan(4)
  expect(new Set(tree.map(({ state }) => state))).toEqual(new Set(['outside', 'unneeded']))
})

it('shows paths and users as people know them', () => {
  expect(shownPath('/film/a\udcff.png')).toBe('film/a\ufffd.png')
  expect(userOf({ type: 'Image', block: 'IMwood.png' })).toBe('Image wood.png')
})
