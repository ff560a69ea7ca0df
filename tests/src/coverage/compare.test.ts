import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compare } from './compare.ts'
import { filesOfListed, type Listed } from './listed.ts'

const folder = mkdtempSync(join(tmpdir(), 'backlot-compare-test-'))
const at = (name: string): string => join(folder, name)
const file = at('scene.blend')

beforeAll(() => {
  const names = [
    'tex.png',
    'f_1.png',
    'f_2.png',
    'f_02.png',
    'f_2b.png',
    'f_10.png',
    'd/1/a.bin',
    'd/b.bin',
    't.1001.png',
  ]
  for (const name of [...names, 't.1012.png', 't.1003.png', 'v_u1_v1.png', 'v_u2_v2.png']) {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), '')
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const usage = (name: string, more: Partial<Usage> = {}): Usage => ({
  in: file,
  block: 'IMtex',
  type: 'Image',
  field: 'name',
  stored: `//${name}`,
  path: at(name),
  kind: 'image',
  sequence: false,
  optional: false,
  packed: false,
  files: [at(name)],
  ...more,
})

function difference(usages: Usage[], paths: string[], more: Partial<Listed> = {}): unknown {
  const trace: TraceResult = { file, seconds: 0, usages, files: [], missing: [], errors: [], warnings: [] }
  const names = paths.map(at)
  const listed: Listed = { file, needed: names, all: names, own: names, users: null, stands_for: {}, ...more }
  return compare(trace, listed, folder)
}

test('nothing, when both have the same', () => {
  expect(difference([usage('tex.png')], ['tex.png'])).toEqual([])
  expect(difference([usage('gone.png', { files: [] })], ['gone.png'])).toEqual([])
})

test('a path of one side', () => {
  const lists = ['needed', 'own', 'all']
  expect(difference([usage('tex.png')], [])).toEqual([{ more: 'tracer', path: 'tex.png', lists }])
  expect(difference([], ['tex.png'])).toEqual([{ more: 'blender', path: 'tex.png', lists }])
})

test('files of a path that both have', () => {
  const frames = { stands_for: { [at('f_1.png')]: 'frames' as const } }
  const all = ['f_1.png', 'f_2.png', 'f_10.png'].map(at)
  expect(difference([usage('f_1.png', { files: all })], ['f_1.png'], frames)).toEqual([])
  expect(difference([usage('f_1.png', { files: all.slice(0, 2) })], ['f_1.png'], frames)).toEqual([
    { more: 'blender', path: 'f_10.png', lists: ['needed', 'own'] },
  ])
  expect(difference([usage('f_1.png', { files: [...all, at('f_2b.png')] })], ['f_1.png'], frames)).toEqual([
    { more: 'tracer', path: 'f_2b.png', lists: ['needed', 'own'] },
  ])
})

test('a file that the tracer does not find though it is there', () => {
  expect(difference([usage('tex.png', { files: [] })], ['tex.png'])).toMatchObject([
    { more: 'blender', path: 'tex.png' },
  ])
})

test('each image of a strip', () => {
  const strip = usage('f_1.png', {
    sequence: true,
    list: ['//f_1.png', '//f_10.png'],
    files: ['f_1.png', 'f_10.png'].map(at),
  })
  expect(difference([strip], ['f_1.png', 'f_10.png'])).toEqual([])
  expect(difference([strip], ['f_1.png', 'f_2.png'])).toMatchObject([
    { more: 'tracer', path: 'f_10.png' },
    { more: 'blender', path: 'f_2.png' },
  ])
})

test('what is packed, what is of a library, whose a path is', () => {
  const packed = usage('tex.png', { packed: true, files: [] })
  expect(difference([packed], [], { all: [at('tex.png')] })).toEqual([])
  expect(difference([packed], [])).toEqual([{ more: 'tracer', path: 'tex.png', lists: ['all'] }])
  const own = { own: [] }
  expect(difference([usage('tex.png', { in: at('lib.blend') })], ['tex.png'], own)).toEqual([])
  expect(difference([usage('tex.png', { base: at('lib.blend') })], ['tex.png'], own)).toEqual([])
  expect(difference([usage('tex.png')], ['tex.png'], { users: [['tex', at('tex.png')]] })).toEqual([])
  expect(difference([usage('tex.png')], ['tex.png'], { users: [['other', at('tex.png')]] })).toEqual([
    { more: 'tracer', path: 'tex.png', lists: ['users'] },
    { more: 'blender', path: 'tex.png', lists: ['users'] },
  ])
})

test('files of a path: itself, frames, tiles, a folder', () => {
  expect(filesOfListed(at('tex.png'), undefined)).toEqual([at('tex.png')])
  expect(filesOfListed(at('gone.png'), undefined)).toEqual([])
  expect(filesOfListed(at('f_2.png'), 'frames')).toEqual(['f_1.png', 'f_10.png', 'f_2.png'].map(at))
  expect(filesOfListed(at('t.<UDIM>.png'), [1001, 1002, 1012])).toEqual(['t.1001.png', 't.1012.png'].map(at))
  expect(filesOfListed(at('v_<UVTILE>.png'), [1001, 1012])).toEqual(['v_u1_v1.png', 'v_u2_v2.png'].map(at))
  expect(filesOfListed(at('d'), undefined)).toEqual(['d/1/a.bin', 'd/b.bin'].map(at))
})
