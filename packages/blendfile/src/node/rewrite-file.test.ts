import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RewriteProgress } from '../rewrite/output.ts'
import { writeBlend } from '../testing/blend-writer.ts'
import { baseStructs } from '../testing/find-references.ts'
import { renamePathsOfFile, rewriteFile } from './rewrite-file.ts'
import { compress, forms } from './testing/compress.ts'
import { traceFile } from './trace-file.ts'

const structs = { ...baseStructs, Image: ['ID id', 'char name[1024]', 'int source', 'int pad'] }
const image = (name: string) => ({
  code: 'IM',
  struct: 'Image',
  data: { 'id.name': `IM${name}`, name: `//${name}.png`, source: 1 },
})
const filler = { code: 'DATA', bytes: Uint8Array.from({ length: 3_000_000 }, (_, index) => (index * index) >> 3) }
const blend = writeBlend(structs, [image('a'), filler, image('b')])

let folder = ''
const at = (name: string) => join(folder, name)
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'blendfile-'))
})
afterEach(() => rm(folder, { recursive: true }))

describe.each(forms)('%s', (form) => {
  test('edits come from a trace', async () => {
    const source = compress(blend, form)
    await writeFile(at('a.blend'), source)
    const { usages } = await traceFile(at('a.blend'))
    const progress: RewriteProgress[] = []
    const edits = usages.map((usage) => ({ usage, stored: usage.stored.replace('//', '//tex/') }))
    await rewriteFile(at('a.blend'), at('b.blend'), edits, { onProgress: (step) => progress.push(step) })
    expect((await traceFile(at('b.blend'))).usages.map(({ stored }) => stored)).toEqual(['//tex/a.png', '//tex/b.png'])
    expect(Buffer.compare(await readFile(at('a.blend')), source)).toBe(0)
    expect(progress.at(-1)).toEqual({ done: source.length, total: source.length })
    expect(progress.every(({ done }, index) => index === 0 || done >= progress[index - 1]!.done)).toBe(true)
  })

  test('a file that has changed meanwhile is refused, and nothing is left', async () => {
    await writeFile(at('a.blend'), compress(blend, form))
    const { usages } = await traceFile(at('a.blend'))
    await writeFile(at('a.blend'), compress(writeBlend(structs, [image('x'), filler, image('b')]), form))
    const edits = usages.map((usage) => ({ usage, stored: '//b.png' }))
    const rewriting = rewriteFile(at('a.blend'), at('b.blend'), edits)
    await expect(rewriting).rejects.toMatchObject({ code: 'blend.changed' })
    expect(await readdir(folder)).toEqual(['a.blend'])
  })

  test('one that has become shorter too', async () => {
    await writeFile(at('a.blend'), compress(blend, form))
    const { usages } = await traceFile(at('a.blend'))
    await writeFile(at('a.blend'), compress(writeBlend(structs, [image('a')]), form))
    const edits = usages.map((usage) => ({ usage, stored: '//c.png' }))
    const rewriting = rewriteFile(at('a.blend'), at('b.blend'), edits)
    await expect(rewriting).rejects.toMatchObject({ code: 'blend.changed' })
    expect(await readdir(folder)).toEqual(['a.blend'])
  })

  test('an abort ends it, and nothing is left', async () => {
    await writeFile(at('a.blend'), compress(blend, form))
    const { usages } = await traceFile(at('a.blend'))
    const edits = usages.map((usage) => ({ usage, stored: '//b.png' }))
    const abort = new AbortController()
    const onProgress = () => abort.abort(new Error('enough'))
    const rewriting = rewriteFile(at('a.blend'), at('b.blend'), edits, { signal: abort.signal, onProgress })
    await expect(rewriting).rejects.toThrow('enough')
    expect(await readdir(folder)).toEqual(['a.blend'])
  })
})

test('paths that do not fit are found before anything is written', async () => {
  await writeFile(at('a.blend'), blend)
  const rewriting = renamePathsOfFile(at('a.blend'), at('b.blend'), ({ stored }) => stored.repeat(200))
  await expect(rewriting).rejects.toMatchObject({
    code: 'blend.path_too_long',
    details: { paths: [{ block: 'IMa' }, { block: 'IMb' }] },
  })
  expect(await readdir(folder)).toEqual(['a.blend'])
})

test('a file that is no .blend is refused', async () => {
  await writeFile(at('a.blend'), 'hello')
  await expect(rewriteFile(at('a.blend'), at('b.blend'), [])).rejects.toMatchObject({ code: 'blend.not_a_blend' })
  expect(await readdir(folder)).toEqual(['a.blend'])
})

test('a damaged gzip file is refused, and nothing is left', async () => {
  await writeFile(at('a.blend'), compress(blend, 'gzip'))
  const { usages } = await traceFile(at('a.blend'))
  const bytes = compress(blend, 'gzip').slice()
  bytes.fill(0x55, bytes.length >> 1)
  await writeFile(at('a.blend'), bytes)
  const edits = usages.map((usage) => ({ usage, stored: '//b.png' }))
  const code = expect.stringMatching(/^blend\.(corrupt|truncated)$/) as string
  await expect(rewriteFile(at('a.blend'), at('b.blend'), edits)).rejects.toMatchObject({ code })
  expect(await readdir(folder)).toEqual(['a.blend'])
})
