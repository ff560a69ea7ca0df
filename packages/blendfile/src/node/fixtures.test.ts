import { existsSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { inspectFile } from './inspect-file.ts'
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

const expected = isThere
  ? (JSON.parse(readFileSync(join(fixtures, 'expected.json'), 'utf8')) as Record<string, Expected>)
  : {}

describe.skipIf(!isThere)(`files of real Blenders (${isThere ? fixtures : `not found at ${fixtures}`})`, () => {
  test('there are some', () => expect(Object.keys(expected).length).toBeGreaterThan(20))

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

    const found = new Set(needed.flatMap((usage) => [usage.path, ...usage.files]))
    // Blender's list was made in another folder: what lies outside of this one can be compared only by its name.
    const paths = (truth.blender_3_4_blend_paths ?? []).filter((listed) => !listed.startsWith('/tmp/'))
    expect(paths.filter((listed) => !found.has(resolve(fixtures, listed)))).toEqual([])
  })
})

function byText(a: unknown, b: unknown): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)]
  return left < right ? -1 : left > right ? 1 : 0
}
