import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memorySink } from '../byte-sink.ts'
import type { ByteSource } from '../byte-source.ts'
import { memorySource } from '../byte-source.ts'
import { BlendFile } from '../file/blend-file.ts'
import { renamePaths } from '../rewrite/rename-paths.ts'
import { rewrite } from '../rewrite/rewrite.ts'
import type { StoredPath } from '../trace/result.ts'
import { pathsOf } from '../trace/stored-paths.ts'
import { openFile } from './byte-source.ts'
import { nodeCodecs } from './codecs.ts'
import { inspectFile } from './inspect-file.ts'
import { changedBlocks } from './testing/changed-blocks.ts'
import { traceFile } from './trace-file.ts'

/** Files that real Blenders saved, with what two other readers say of them. Not part of the repository. */
const checkout = resolve(import.meta.dirname, '../../../..')
const fixtures = join(process.env['BACKLOT_FIXTURES'] ?? join(checkout, '../shared/fixtures'), 'blend')
const isThere = existsSync(join(fixtures, 'expected.json'))

interface Expected {
  header_version: number | null
  file_format_version: number
  pointer_size: number
  little_endian: boolean
  compressed: boolean
  error: string | null
  usages: { asset_path: string; in_blend: string; block_code: string; is_optional: boolean; files: string[] }[]
  blender_3_4_blend_paths?: string[]
}

/**
 * Where Blender 3.4 and the other two differ, and why: what it lists, and what they have stored. Whatever else differs,
 * either way, and whatever here does not, fails.
 */
const explained: readonly { file: string; listed?: string; stored?: string; reason: string }[] = [
  {
    file: 'movieclip.blend',
    listed: '/tmp/cloud/pillar/testfiles/video.mov',
    stored: '//../../../../cloud/pillar/testfiles/video.mov',
    reason: 'leads out of the folder of fixtures, and the list was made with it in another place',
  },
]
/** Files that Blender 3.4 has no list of. */
const withoutList: Readonly<Record<string, string>> = {
  'basic_file_large_bhead8.blend': 'saved by 5.0, which 3.4 takes for no .blend file',
}

const expected = isThere
  ? (JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as Record<string, Expected>)
  : {}

describe('files of real Blenders', () => {
  test('there are some', (context) => {
    context.skip(!isThere, 'no folder of .blend files (BACKLOT_FIXTURES)')
    expect(Object.keys(expected).length).toBeGreaterThan(20)
    const named = [...explained.map(({ file }) => file), ...Object.keys(withoutList)]
    expect(named.filter((name) => !(name in expected))).toEqual([])
    // None is left out.
    const files = readdirSync(fixtures, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.blend'))
    expect(files.filter((name) => !(name in expected))).toEqual([])
  })

  const all = Object.entries(expected)

  test.each(all.filter(([, { error }]) => error !== null))('%s is refused', async (name) => {
    const refused = { name: 'BlendFileError', code: 'blend.corrupt' }
    await expect(traceFile(join(fixtures, name))).rejects.toMatchObject(refused)
  })

  test.each(all.filter(([, { error }]) => error === null))('%s', async (name, truth) => {
    const path = join(fixtures, name)
    const info = await inspectFile(path)
    const version = Number(info.blenderVersion.replace(/\.(\d)$/, '.0$1').replace('.', ''))
    expect(version).toBe(truth.header_version)
    expect(info).toMatchObject({
      fileFormat: truth.file_format_version,
      pointerSize: truth.pointer_size,
      endian: truth.little_endian ? 'little' : 'big',
    })
    expect(info.compression !== 'none').toBe(truth.compressed)
    expect(info.scenes.length).toBeGreaterThan(0)

    const { usages, errors, warnings } = await traceFile(path)
    expect([...errors, ...warnings]).toEqual([])
    const needed = usages.filter(({ packed }) => !packed)
    // The other tracer turns backslashes and gives data-blocks inside others no name; the rest must be the same.
    const plain = needed.map((usage) => [
      relative(fixtures, usage.in),
      usage.stored.replaceAll('\\', '/'),
      usage.files.map((file) => relative(fixtures, file)),
    ])
    const other = truth.usages.map((usage) => [usage.in_blend, usage.asset_path, usage.files])
    expect(plain.toSorted(byText)).toEqual(other.toSorted(byText))

    // The other tracer's usages are the same: this is what it lists, too.
    const listed = truth.blender_3_4_blend_paths
    expect(listed === undefined).toBe(name in withoutList)
    const own = explained.filter(({ file }) => file === name)
    const [theirs, ours] = [own.flatMap((each) => each.listed ?? []), own.flatMap((each) => each.stored ?? [])]
    expect(listed ?? []).toEqual(expect.arrayContaining(theirs))
    expect(needed.map(({ stored }) => stored)).toEqual(expect.arrayContaining(ours))
    const paths = needed.filter(({ stored }) => !ours.includes(stored)).map((usage) => usage.path)
    const others = (listed ?? []).filter((path) => !theirs.includes(path)).map((path) => resolve(fixtures, path))
    expect([...new Set(paths)].toSorted()).toEqual([...new Set(others)].toSorted())
  })

  test.each(all.filter(([, { error }]) => error === null))('%s is rewritten', async (name) => {
    const source = await openFile(join(fixtures, name))
    const sink = memorySink()
    const moved = ({ stored, place }: StoredPath): string | undefined =>
      place === undefined ? undefined : stored.replace(/^(\/\/)?/, '//packed/elsewhere/')
    const where = { path: join(fixtures, name), style: 'posix' } as const
    const { edits, errors } = await renamePaths(source, sink, moved, { ...where, codecs: nodeCodecs })
    expect(errors).toEqual([])

    const before = await open(await openFile(where.path))
    const after = await open(memorySource(sink.bytes()))
    const found = (await pathsOf(after, where.path, where.style)).paths
    const truth = (await pathsOf(before, where.path, where.style)).paths
    expect(found.map(({ block, field, stored }) => [block, field, stored])).toEqual(
      truth.map((usage) => [usage.block, usage.field, moved(usage) ?? usage.stored]),
    )
    expect(after.compression).toBe(before.compression)
    const edited = edits.map(({ usage }) => usage as StoredPath)
    expect(await changedBlocks(before, after, edited)).toEqual([])

    const same = memorySink()
    await rewrite(await openFile(where.path), same, [], { codecs: nodeCodecs })
    expect(Buffer.compare(same.bytes(), readFileSync(where.path))).toBe(0)
  })
})

const open = (source: ByteSource) => BlendFile.open(source, { codecs: nodeCodecs })

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
