import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import { expect, it } from 'vitest'
import { traceText } from './trace-text.ts'

const usage = (usage: Partial<Usage> & Pick<Usage, 'path'>): Usage => ({
  in: '/p/a.blend',
  block: 'IMa',
  type: 'Image',
  field: 'name',
  stored: '//a.png',
  kind: 'image',
  sequence: false,
  optional: false,
  packed: false,
  files: [usage.path],
  ...usage,
})
const gone = usage({ path: '/p/gone.png', block: 'IMgone', files: [] })
const result: TraceResult = {
  file: '/p/a.blend',
  seconds: 0.12,
  usages: [
    usage({ path: '/p/lib.blend', kind: 'library', block: 'LIlib' }),
    usage({ path: '/p/wood.png' }),
    usage({ path: '/p/wood.png', block: 'IMagain' }),
    usage({ path: '/p/f_01.png', sequence: true, files: ['/p/f_01.png', '/p/f_02.png', '/p/f_03.png', '/p/f_04.png'] }),
    usage({ path: '/p/inside.png', packed: true, files: [] }),
    usage({ path: '/p/cache', kind: 'point_cache', optional: true, files: [] }),
    gone,
    usage({ in: '/p/lib.blend', path: '/p/leaf.png' }),
    usage({ in: '/p/lib.blend', path: '/p/a.blend', kind: 'library' }),
  ],
  files: ['/p/f_01.png', '/p/f_02.png', '/p/f_03.png', '/p/f_04.png', '/p/leaf.png', '/p/lib.blend', '/p/wood.png'].map(
    (path) => ({ path, size: 1000 }),
  ),
  missing: [{ path: '/p/gone.png', usages: [gone], similar: ['/p/old/gone.png'] }],
  errors: [{ code: 'blend.corrupt', path: '/p/old.blend', message: 'damaged' }],
  warnings: [],
}
const plain = (_style: string, text: string) => text

it('draws a tree of what each .blend needs, then what is wrong, then the totals', () => {
  expect(traceText(result, { paint: plain }).split('\n')).toEqual([
    '/p/a.blend',
    '├─ image        wood.png            1.0 kB',
    '├─ image        f_01.png   4 files  4.0 kB',
    '├─ point cache  cache               not there, not needed',
    '├─ image        gone.png            missing',
    '└─ library      lib.blend           1.0 kB',
    '   ├─ image    leaf.png  1.0 kB',
    '   └─ library  a.blend   see above',
    'missing  /p/gone.png',
    '         did you mean /p/old/gone.png?',
    '         used by image gone in /p/a.blend',
    'error    /p/old.blend: damaged',
    '7 files, 7.0 kB (6 images, 1 library), 1 missing, 1 unreadable, in 120 ms',
  ])
})

it('lists every usage, and some frames, when all is asked for', () => {
  const text = traceText(result, { all: true, paint: plain })
  expect(text).toMatch(/image {8}wood\.png .* 1\.0 kB {2}image again, stored as \/\/a\.png/)
  expect(text).toMatch(/inside\.png .* packed/)
  expect(text).toContain('… 1 more')
})

it('shows only what is missing', () => {
  expect(traceText(result, { missing: true, paint: plain })).not.toContain('wood')
})

it('paints what is missing red', () => {
  const text = traceText(result, { paint: (style, text) => `<${style}>${text}</>` })
  expect(text).toContain('<red>missing</>  /p/gone.png')
  expect(text).toContain('<red>1 missing</>')
})

it('folds many files of one folder into a line, and tells the first of many that are missing', () => {
  const many = Array.from({ length: 3000 }, (_, index) => usage({ path: `/p/tex/${index}.png` }))
  const lost = Array.from({ length: 50 }, (_, index) => usage({ path: `/p/lost/${index}.png`, files: [] }))
  const large: TraceResult = {
    ...result,
    usages: [...many, ...lost],
    files: many.map(({ path }) => ({ path, size: 1000 })),
    missing: lost.map((one) => ({ path: one.path, usages: Array<Usage>(500).fill(one) })),
    errors: [],
  }
  const text = traceText(large, { paint: plain })
  const lines = text.split('\n')
  expect(lines.slice(0, 3)).toEqual([
    '/p/a.blend',
    '├─ image  tex/   3000 files  3.0 MB',
    '└─ image  lost/    50 files  missing',
  ])
  expect(lines).toHaveLength(3 + 20 * 5 + 2)
  expect(lines.slice(-3)).toEqual([
    '         used by 497 more',
    'missing  30 more; --missing lists them',
    '3000 files, 3.0 MB, 50 missing, in 120 ms',
  ])
  expect(traceText(large, { missing: true, paint: plain }).match(/^missing/gm)).toHaveLength(50)
  expect(traceText(large, { all: true, paint: plain }).match(/─ image/g)).toHaveLength(3050)
})

it('gives a terminal nothing of a name that it would obey', () => {
  const name = 'a\u001b[2J\n\u0007\udcff\u202e.png'
  const odd = usage({ path: `/p/${name}`, block: `IM${name}`, stored: `//${name}`, files: [] })
  const result: TraceResult = {
    file: `/p/${name}`,
    seconds: 0,
    usages: [odd],
    files: [],
    missing: [{ path: odd.path, usages: [odd], similar: [odd.path] }],
    errors: [{ code: 'x', path: odd.path, message: odd.path }],
    warnings: [{ code: 'x', path: odd.path, message: odd.path }],
  }
  const text = traceText(result, { all: true, paint: plain })
  expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u)
  expect(text.match(/a\\x1b\[2J\\n\\x07\\xff\\u202e\.png/g)?.length).toBe(6)
})

it('says who holds what is not on this disk', () => {
  const files = [{ path: '/p/Dropbox/a.png', size: 5000, cloud: 'Dropbox' as const }]
  expect(traceText({ ...result, files }, { paint: plain })).toContain(
    'Dropbox  /p/Dropbox/a.png is not on this disk yet',
  )
})

it('shows far places from the root of the disk', () => {
  const far = usage({ path: '/mnt/library/wood.png' })
  const text = traceText(
    { ...result, file: '/home/ada/film/shots/a.blend', usages: [{ ...far, in: '/home/ada/film/shots/a.blend' }] },
    { paint: plain },
  )
  expect(text).toContain('image  /mnt/library/wood.png')
})
