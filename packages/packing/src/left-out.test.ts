import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import { expect, it } from 'vitest'
import { layOut } from './layout/layout.ts'
import { absoluteReferences, leftOut, otherDrives } from './left-out.ts'

const usage = (stored: string, path: string, more: Partial<Usage> = {}): Usage => ({
  in: 'C:\\film\\a.blend',
  block: 'IMtex',
  type: 'Image',
  field: 'name',
  kind: 'image',
  sequence: false,
  optional: false,
  packed: false,
  stored,
  path,
  files: [path],
  ...more,
})
const traced = (usages: readonly Usage[], more: Partial<TraceResult> = {}): TraceResult => ({
  file: 'C:\\film\\a.blend',
  seconds: 0,
  usages,
  files: usages.flatMap(({ files }) => files.map((path) => ({ path, size: 1 }))),
  missing: [],
  errors: [],
  warnings: [],
  ...more,
})

it('tells absolute references of every system, and no others', () => {
  const stored = ['C:/film/x.png', 'd:\\x.png', '\\\\nas\\films\\x.png', '/x.png', '//x.png', '//..\\x.png', 'x.png']
  const found = absoluteReferences(traced(stored.map((text) => usage(text, `C:\\film\\${text.length}.png`))))
  expect(found.map((reference) => reference.stored)).toEqual(stored.slice(0, 4))
  expect(found[0]).toEqual({
    in: 'C:\\film\\a.blend',
    block: 'IMtex',
    stored: 'C:/film/x.png',
    path: 'C:\\film\\13.png',
  })
  expect(absoluteReferences(traced([usage('/x.png', '/x.png', { packed: true, files: [] })]))).toEqual([])
})

it('tells drives and shares beside that of the root, each once', () => {
  const paths = ['C:\\other\\a.png', 'D:\\a.png', 'd:\\b.png', '\\\\nas\\one\\a.png', '\\\\nas\\two\\a.png']
  const layout = layOut(traced(paths.map((path) => usage(path, path))), { root: 'c:\\film', style: 'windows' })
  expect(otherDrives(layout, 'windows')).toEqual(['D:\\', '\\\\nas\\one\\', '\\\\nas\\two\\'])
})

it('tells what a pack lacks: a damaged library is in it, one that stayed in a cloud is not', () => {
  const gone = usage('//gone.png', 'C:\\film\\gone.png', { files: [] })
  const damaged = usage('//old.blend', 'C:\\film\\old.blend', { kind: 'library' })
  const result = traced([gone, damaged], {
    missing: [{ path: gone.path, usages: [gone] }],
    errors: [
      { code: 'blend.corrupt', path: damaged.path, message: 'damaged' },
      { code: 'blend.not_downloaded', path: 'C:\\film\\away.png', message: 'away' },
    ],
  })
  expect(leftOut(result)).toEqual([
    { path: 'C:\\film\\away.png', code: 'blend.not_downloaded' },
    { path: 'C:\\film\\gone.png', code: 'submit.missing_files' },
  ])
})
