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
    '├─ image  /p/wood.png  1.0 kB',
    '├─ image  /p/f_01.png  4 files, 4.0 kB',
    '├─ point_cache  /p/cache  not there, not needed',
    '├─ image  /p/gone.png  missing',
    '└─ library  /p/lib.blend  1.0 kB',
    '   ├─ image  /p/leaf.png  1.0 kB',
    '   └─ library  /p/a.blend  see above',
    'missing  /p/gone.png',
    '         did you mean /p/old/gone.png?',
    '         used by IMgone in /p/a.blend',
    'error    /p/old.blend: damaged',
    '7 files, 7.0 kB, 1 missing, 1 unreadable, in 120 ms',
  ])
})

it('lists every usage, and some frames, when all is asked for', () => {
  const text = traceText(result, { all: true, paint: plain })
  expect(text).toContain('image  /p/wood.png  1.0 kB  IMagain, stored as //a.png')
  expect(text).toContain('/p/inside.png  packed')
  expect(text).toContain('… 1 more')
})

it('shows only what is missing', () => {
  expect(traceText(result, { missing: true, paint: plain })).not.toContain('wood')
})

it('paints what is missing red', () => {
  const text = traceText(result, { paint: (style, text) => `<${style}>${text}</>` })
  expect(text).toContain('<red>missing</>  /p/gone.png')
})
