import { BlendPath } from '@backlot/blendfile/path/blend-path'
import { type PathStyle, partsOf } from '@backlot/blendfile/path/disk-path'
import { encodePathText } from '@backlot/blendfile/path/path-text'
import { resolvePath } from '@backlot/blendfile/path/resolve-path'
import type { TraceResult, Usage } from '@backlot/blendfile/trace/result'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layOut } from './layout.ts'

/** Names that are hard on some system, or for somebody who compares them. */
const hard = [
  'con/NUL.png/aux./COM1.exr/lpt9/a. /b../.../ /C:/d:x/a:b/wood?.png/<UDIM>.png/_outside/~2/tex~2/drive-C/share/./..',
  'Tex/tex/TEX/stra\u00dfe/STRASSE/caf\u00e9/cafe\u0301/\u017fand/sand/K/\u212a/i/\u0131/f_0001.png/f_0002.png/F_0003.png',
  'a\udcff.png',
].flatMap((names) => names.split('/'))
/** And bytes of any encoding. */
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hard) },
  fc
    .uint8Array({ minLength: 1, maxLength: 12 })
    .map((bytes) => new BlendPath(bytes).toString().replaceAll(/[\0/\\]/g, '_')),
  fc.nat(400).map((length) => 'n'.repeat(length + 1)),
)
const start = fc.constantFrom(
  '//',
  '//..\\',
  '//../../',
  '/',
  'C:\\',
  'c:/',
  'D:/',
  'z:\\',
  '\\\\nas\\films\\',
  '\\\\NAS2\\films\\',
  '\\\\?\\C:\\',
  '',
)
const stored = fc
  .tuple(start, fc.array(name, { minLength: 1, maxLength: 5 }), fc.constantFrom('/', '\\'))
  .map(([first, names, slash]) => first + names.join(slash))
const mains = { posix: '/home/ada/film/shots/a.blend', windows: 'C:\\film\\shots\\a.blend' } as const

function traced(style: PathStyle, paths: readonly string[]): TraceResult {
  const file = mains[style]
  const usages = paths.map((text): Usage => {
    const path = resolvePath(new BlendPath(encodePathText(text)), file, style)
    const what = {
      block: 'IMa',
      type: 'Image',
      field: 'name',
      kind: 'image',
      sequence: false,
      optional: false,
      packed: false,
    }
    return { in: file, ...what, place: { how: 'block', at: 1, length: 1 }, stored: text, path, files: [path] }
  })
  // On a disk, what is a folder is no file.
  const found = new Set(usages.map(({ path }) => path))
  const isFile = (path: string) =>
    partsOf(style, path).names.length > 0 && ![...found].some((other) => isBelow(style, other, path))
  const real = usages.filter(({ path }) => isFile(path))
  const files = [...new Set(real.map(({ path }) => path))]
    .filter((path) => path !== file)
    .map((path) => ({ path, size: 1 }))
  return { file, seconds: 0, usages: real, files, missing: [], errors: [], warnings: [] }
}

function isBelow(style: PathStyle, path: string, folder: string): boolean {
  const key = (text: string) => (style === 'windows' ? text.toLowerCase() : text)
  const [inner, outer] = [partsOf(style, path), partsOf(style, folder)]
  return (
    key(inner.root) === key(outer.root) &&
    inner.names.length > outer.names.length &&
    outer.names.every((part, index) => key(part) === key(inner.names[index] ?? ''))
  )
}

/** Why some system can't have a path, if one can't. Written without the code that makes it safe. */
function problemOf(path: string): string | undefined {
  if (path.startsWith('/') || path.includes('\\')) return 'not relative, with /'
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..') return 'a step to elsewhere'
    if (/[<>:"|?*\p{Cc}]/u.test(part)) return 'a character that Windows can not have'
    if (/[. ]$/.test(part)) return 'an end that Windows drops'
    if (/^(con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(\..*)?$/i.test(part))
      return 'a device of Windows'
    if (Buffer.byteLength(part) > 255) return 'a name that is too long'
    if (!part.isWellFormed()) return 'not UTF-8'
  }
  return undefined
}

describe.each(['posix', 'windows'] as const)('whatever paths a .blend has (%s)', (style) => {
  it('every file has a place of its own that every system can unpack, and every reference leads to its file', () => {
    fc.assert(
      fc.property(fc.array(stored, { maxLength: 30 }), fc.boolean(), (paths, hasRoot) => {
        const result = traced(style, paths)
        const root = style === 'posix' ? '/home/ada' : 'c:\\FILM\\shots'
        const layout = layOut(result, { style, ...(hasRoot && { root }) })
        expect(
          layout.entries.map(({ path }) => [path, problemOf(path)]).filter(([, problem]) => problem !== undefined),
        ).toEqual([])
        for (const fold of [
          (path: string) => path.normalize('NFC').toLowerCase(),
          (path: string) => path.normalize('NFD').toUpperCase(),
        ]) {
          const folded = layout.entries.map(({ path }) => fold(path))
          expect(new Set(folded).size).toBe(folded.length)
          const folders = new Set(
            folded.flatMap((path) => path.split('/').map((_, index, parts) => parts.slice(0, index).join('/'))),
          )
          expect(folded.filter((path) => folders.has(path))).toEqual([])
        }
        // No file is lost: as many entries as there are files on that disk.
        const key = (path: string) => (style === 'windows' ? path.toLowerCase() : path)
        const disk = new Set([result.file, ...result.files.map(({ path }) => path)].map(key))
        expect(layout.entries).toHaveLength(disk.size)
        // In the pack, and on any system, each reference leads to where its file is.
        const changes = new Map((layout.changes.get(result.file) ?? []).map(({ usage, stored: now }) => [usage, now]))
        const placeOf = new Map(layout.entries.map(({ file, path }) => [key(file), path]))
        const [{ path: home = '' } = {}] = layout.entries
        for (const usage of result.usages) {
          const now = new BlendPath(encodePathText(String(changes.get(usage) ?? usage.stored)))
          expect(resolvePath(now, `/${home}`, 'posix')).toBe(`/${placeOf.get(key(usage.path))}`)
        }
      }),
      { numRuns: 300 },
    )
  })
})
