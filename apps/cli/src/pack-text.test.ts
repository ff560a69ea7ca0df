import type { PackResult } from '@backlot/packing/pack'
import { expect, it } from 'vitest'
import { Pace } from './pace.ts'
import { packStatus, packText } from './pack-text.ts'

const result: PackResult = {
  out: '/out/film.zip',
  mainFile: 'shots/a.blend',
  root: '/film',
  files: 4,
  bytes: 3_000_000,
  rewritten: ['/film/shots/a.blend'],
  outside: ['D:\\wood.png', 'D:\\leaf.png'],
  otherDrives: ['D:\\'],
  absolute: [{ in: '/film/shots/a.blend', block: 'IMwood', stored: '/film/wood.png', path: '/film/wood.png' }],
  missing: [],
  leftOut: [{ path: '/film/gone.png', code: 'submit.missing_files' }],
  kinds: { main: 1, image: 2, point_cache: 1 },
  isWhole: false,
  problems: [],
  seconds: 2,
}
const plain = (_style: string, text: string) => text

it('says what is in it, what was changed, and what is not in it', () => {
  expect(packText(result, plain).split('\n')).toEqual([
    '/out/film.zip',
    '  opens with        shots/a.blend',
    '  holds             4 files: 1 main file, 2 images, 1 point cache',
    '  size              3.0 MB, in 2.0 s (1.5 MB/s)',
    '  project root      /film',
    '  paths changed in  1 .blend file, in the pack',
    '  made relative     1 absolute path',
    '  from outside      2 files, now in _outside',
    '  other drives      D:\\',
    '  left out          1 file',
  ])
  expect(packText({ ...result, out: 'a\u001b[2J', mainFile: '\n', root: '\u0007' }, plain)).not.toMatch(/[^\P{Cc}\n]/u)
})

it('tells how far it is, how fast, and how long it will take', () => {
  let now = 0
  const pace = new Pace(() => now)
  now = 2000
  const trace = { filesRead: 10, filesKnown: 30, usages: 5, missing: 1, current: '/a' }
  expect(packStatus({ stage: 'trace', trace }, pace)).toBe(
    'Tracing: 10 of 30 .blend files, 1 missing, 5.0/s, 4.0 s left',
  )
  const progress = {
    stage: 'hash',
    files: 1,
    totalFiles: 4,
    bytes: 1e6,
    totalBytes: 4e6,
    bytesPerSecond: 1e6,
    secondsLeft: 3,
  } as const
  const told = '1 of 4 files, 1.0 MB of 4.0 MB, 1.0 MB/s, 3.0 s left'
  expect(packStatus({ stage: 'pack', progress }, pace)).toBe(`Hashing: ${told}`)
  expect(packStatus({ stage: 'pack', progress: { ...progress, stage: 'lay_out' } }, pace)).toBe(`Packing: ${told}`)
  expect(packStatus({ stage: 'fetch', progress: { ...progress, stage: 'receive' } }, pace)).toBe(
    `Fetching from the cloud: ${told}`,
  )
  expect(packStatus({ stage: 'fetch_library', library: '/p/Dropbox/tree.blend', bytes: 2e6 }, pace)).toBe(
    'Fetching tree.blend from the cloud: 2.0 MB',
  )
  expect(packStatus({ stage: 'rewrite', bytes: 2e6 }, pace)).toBe('Rewriting paths: 2.0 MB of .blend files')
})
