import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { blendersToTest, makeStudio } from '@backlot/blender/testing/blenders'
import { inspectFile } from '@backlot/blendfile/node/inspect-file'
import { renamePathsOfFile } from '@backlot/blendfile/node/rewrite-file'
import { relativePath } from '@backlot/blendfile/path/relative-path'
import type { PathEdit } from '@backlot/blendfile/rewrite/edit'
import type { Rename } from '@backlot/blendfile/rewrite/rename-paths'
import { afterAll, describe, expect, test } from 'vitest'

/**
 * Files that real Blenders saved, with every path rewritten as if the project had been moved and rearranged, opened in
 * the same Blender: its list of paths is the renamed one, and whatever else it sees is the same.
 */
const python = (name: string) => fileURLToPath(new URL(`./python/dependencies/${name}.py`, import.meta.url))

/** Files that real Blenders of many versions saved; not part of the repository (see blendfile's `fixtures.test.ts`). */
const checkout = fileURLToPath(new URL('..', import.meta.url))
const fixtures = join(process.env['BACKLOT_FIXTURES'] ?? join(checkout, '../shared/fixtures'), 'blend')
const hasFixtures = existsSync(fixtures)
const fixtureFiles = (hasFixtures ? readdirSync(fixtures, { recursive: true, encoding: 'utf8' }) : ['none']).filter(
  (name) => !hasFixtures || (name.endsWith('.blend') && !name.startsWith('corrupt_')),
)

interface Snapshot {
  stored: string[]
  paths: string[]
  values: Record<string, unknown>
}

interface Rewritten {
  edits: readonly PathEdit[]
  before: Snapshot
  after: Snapshot
}

describe.each(await blendersToTest())('Blender $version ($kind)', async (blender) => {
  const studio = await makeStudio()
  const folder = join(studio.folder, blender.version)
  const moved = join(studio.folder, 'a-folder-with-a-much-longer-name-than-before', 'moved', blender.version)
  await mkdir(folder, { recursive: true })
  const session = await studio.start(blender, { commandFiles: [python('commands'), python('rewriting')] })
  const { cases } = await session.run<{ cases: string[] }>('dependency_cases', { folder })
  afterAll(async () => {
    await session.close()
    await studio.clean()
  })
  const places = ['libs', 'shots/deep']
  await Promise.all(places.map((name) => mkdir(join(moved, name), { recursive: true })))

  /** Where everything goes; undefined for what is not of the project. */
  function newPlace(path: string): string | undefined {
    if (path.startsWith(join(folder, 'assets'))) return join(moved, path.slice(folder.length))
    if (dirname(path) !== folder) return undefined
    return join(moved, path.includes('.linked.') ? 'shots/deep' : 'libs', basename(path))
  }
  const back = [
    [join(moved, 'assets'), join(folder, 'assets')],
    [join(moved, 'libs'), folder],
    [join(moved, 'shots/deep'), folder],
    [join(moved, 'fixtures'), fixtures],
  ]
  const snapshot = (file: string) => session.run<Snapshot>('snapshot', { file, moved: back })

  /** Everything but the paths as they are stored. */
  async function expectRewritten(file: string, target: string, store: Rename): Promise<Rewritten> {
    const { edits, errors } = await renamePathsOfFile(file, target, store)
    expect(errors).toEqual([])
    expect((await inspectFile(target)).compression).toBe((await inspectFile(file)).compression)
    const before = original?.file === file ? original.taken : await snapshot(file)
    original = { file, taken: before }
    const after = await snapshot(target)
    expect(after.paths).toEqual(before.paths)
    const keys = Object.keys(before.values)
    expect(Object.keys(after.values)).toEqual(keys)
    const differs = keys.filter((key) => before.values[key] !== after.values[key])
    // What differs between two openings of one file is not in the file. It is little, and asked for only then.
    const again = differs.length > 0 ? (await snapshot(file)).values : before.values
    const unstable = new Set(keys.filter((key) => before.values[key] !== again[key]))
    expect(unstable.size).toBeLessThan(0.1 * keys.length)
    const different = differs.filter((key) => !unstable.has(key))
    expect(different.map((key) => [key, before.values[key], after.values[key]])).toEqual([])
    return { edits, before, after }
  }
  /** The one that was taken last: files are rewritten in several ways. */
  let original: { file: string; taken: Snapshot } | undefined

  // Ways to an image are the tracer's matter: the image is written in the same place.
  const rewritten = cases.filter((name) => !name.startsWith('way_'))
  test.each(rewritten)('%s', async (name) => {
    const made = await session.run<{ plain: string; compressed: string; linked: string }>('rewrite_case', {
      folder,
      name,
    })
    const copied = { recursive: true, preserveTimestamps: true }
    await cp(join(folder, 'assets'), join(moved, 'assets'), copied)
    // Caches without a path of their own lie beside the file that is opened.
    for (const cache of readdirSync(folder).filter((each) => each.startsWith(`blendcache_${name}`))) {
      for (const place of places) await cp(join(folder, cache), join(moved, place, cache), copied)
    }
    const [plain, linked, compressed] = [made.plain, made.linked, made.compressed].map((file) => newPlace(file)!) as [
      string,
      string,
      string,
    ]
    const move = (file: string, target: string): Promise<Rewritten> =>
      expectRewritten(file, target, ({ path, place, base }) => {
        const to = newPlace(path)
        // What is packed from a library is relative to where that was.
        const from = base === undefined ? target : (newPlace(base) ?? base)
        return place && to && relativePath(to, from, 'posix')
      })
    const first = await move(made.plain, plain)
    expectListed(first)
    const second = await move(made.linked, linked)
    // What is linked is listed too.
    expectListed(second, first.edits)
    await move(made.compressed, compressed)
    if (name === 'place_many') {
      const gzip = join(folder, `${name}.gzip.blend`)
      await writeFile(gzip, gzipSync(await readFile(made.plain)))
      await move(gzip, newPlace(gzip)!)
    }
    // And from relative to absolute paths, which are longer.
    const absolute = compressed.replace('.blend', '.absolute.blend')
    const third = await expectRewritten(compressed, absolute, ({ path, place }) => place && path)
    expectListed(third)
  })

  test.for(fixtureFiles)('%s of a real Blender', async (name, context) => {
    context.skip(!hasFixtures, 'no folder of .blend files (BACKLOT_FIXTURES)')
    const [file, target] = [join(fixtures, name), join(moved, 'fixtures', name)]
    const { blenderVersion } = await inspectFile(file)
    // Older ones crash on newer files.
    if (Number.parseFloat(blenderVersion) > Number.parseFloat(blender.version)) context.skip('saved by a newer Blender')
    await mkdir(dirname(target), { recursive: true })
    await expectRewritten(file, target, ({ path, place }) => place && relativePath(path, target, 'posix'))
  })
})

/**
 * Blender's list of stored paths is the renamed one. Libraries that only another library names are not stored in this
 * file: Blender makes their paths up.
 */
function expectListed({ before, after, edits }: Rewritten, ofLibrary: readonly PathEdit[] = []): void {
  const renamed = new Map<string, string>()
  for (const { usage, stored } of [...ofLibrary, ...edits]) {
    const path = stored as string
    renamed.set(usage.stored, path)
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    for (const each of usage.list ?? []) renamed.set(each, folder + basename(each))
  }
  const ownBefore = new Set(edits.map(({ usage }) => usage.stored))
  const ownAfter = new Set(edits.map(({ stored }) => stored as string))
  const stored = (paths: readonly string[], own: ReadonlySet<string>) =>
    paths.filter((path) => !path.endsWith('.blend') || own.has(path))
  const expected = stored(before.stored, ownBefore).map((path) => renamed.get(path) ?? path)
  expect(stored(after.stored, ownAfter)).toEqual(expected.toSorted())
}
