import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { appendFileSync, mkdirSync, rmSync, truncateSync, utimesSync } from 'node:fs'
import {
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { traceFile } from '@backlot/blendfile/node/trace-file'
import { type BlockInput, writeBlend } from '@backlot/blendfile/testing/blend-writer'
import { baseStructs } from '@backlot/blendfile/testing/find-references'
import { HashCache } from '@backlot/transfer/hash-cache'
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest'
import { type Manifest, manifestName } from './manifest.ts'
import { pack, type PackOptions, type PackRequest } from './pack.ts'
import { readZip } from './testing/read-zip.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'backlot-pack-'))
})
afterEach(() => rm(home, { recursive: true, force: true }))

const structs = { ...baseStructs, Image: ['ID id', 'char name[1024]', 'int source', 'int pad'] }
let address = 0x10000
const image = (stored: string): BlockInput => ({
  code: 'IM',
  struct: 'Image',
  address: (address += 0x100),
  data: { 'id.name': `IM${stored.slice(-20)}`, name: stored, source: 1 },
})
const library = (stored: string, linked: string): BlockInput[] => [
  {
    code: 'LI',
    struct: 'Library',
    address: (address += 0x100),
    data: { 'id.name': `LI${stored.slice(-20)}`, name: stored },
  },
  { code: 'ID', struct: 'ID', address: (address += 0x100), data: { name: linked } },
]

async function put(path: string, content: string | readonly BlockInput[]): Promise<string> {
  const file = join(home, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, typeof content === 'string' ? content : writeBlend(structs, content))
  return file
}

/** A film with an absolute path, a library on another disk with a texture of its own, and a missing file. */
async function film(): Promise<string> {
  await put('lib/tex/leaf.png', 'leaf')
  await put('lib/tree.blend', [image('//tex/leaf.png')])
  const wood = await put('film/tex/wood.png', 'wood')
  return put('film/shots/a.blend', [
    image(wood),
    image('//../tex/wood.png'),
    ...library(join(home, 'lib/tree.blend'), `IM${'//tex/leaf.png'.slice(-20)}`),
  ])
}

const run = (file: string, request: Partial<PackRequest>, options?: PackOptions) =>
  pack({ file, mode: 'zip', out: join(home, 'out/film.zip'), root: join(home, 'film'), ...request }, options)
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex')

/** Everything below a folder, with its content's hash. */
async function contentOf(folder: string): Promise<Map<string, string>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return new Map(await Promise.all(files.toSorted().map(async (file) => [file, sha256(await readFile(file))] as const)))
}

describe('pack', () => {
  beforeEach(() => mkdir(join(home, 'out')))

  it('makes an archive with everything, and leaves the originals alone', async () => {
    const file = await film()
    const before = await contentOf(home)
    const result = await run(file, {})
    expect(result).toMatchObject({
      mainFile: 'shots/a.blend',
      files: 4,
      rewritten: [file],
      outside: [join(home, 'lib/tex/leaf.png'), join(home, 'lib/tree.blend')],
      missing: [],
    })
    const found = await readZip(result.out)
    const outside = `_outside${join(home, 'lib')}`
    expect([...found.keys()]).toEqual([
      'shots/a.blend',
      'tex/wood.png',
      `${outside}/tex/leaf.png`,
      `${outside}/tree.blend`,
    ])
    expect(found.get('tex/wood.png')).toEqual({ size: 4, stored: true, sha256: sha256('wood') })
    const after = await contentOf(home)
    expect(after.delete(result.out)).toBe(true)
    expect(after).toEqual(before)
  })

  it('makes a folder whose .blend finds everything in it, with a manifest', async () => {
    const file = await film()
    const out = join(home, 'out/film')
    const result = await run(file, { mode: 'project', out })
    await rm(join(home, 'film'), { recursive: true })
    await rm(join(home, 'lib'), { recursive: true })
    const traced = await traceFile(join(out, result.mainFile))
    expect([traced.missing, traced.errors, traced.warnings]).toEqual([[], [], []])
    expect(traced.usages.every(({ stored }) => stored.startsWith('//'))).toBe(true)
    expect(traced.files.every(({ path }) => path.startsWith(`${out}/`))).toBe(true)
    const manifest = JSON.parse(await readFile(join(out, manifestName), 'utf8')) as Manifest
    expect(manifest.mainFile).toBe('shots/a.blend')
    for (const { path, size, sha256: hash } of manifest.files) {
      const content = await readFile(join(out, path))
      expect([size, hash]).toEqual([content.length, sha256(content)])
    }
    expect(manifest.files.map(({ kind }) => kind)).toEqual(['main', 'image', 'image', 'library'])
    expect(await readdir(join(home, 'out'))).toEqual(['film'])
  })

  it('gives the same archive for the same project, whenever it was saved', async () => {
    const file = await film()
    const first = await run(file, {})
    await utimes(join(home, 'film/tex/wood.png'), 1e9, 1e9)
    const second = await run(file, { out: join(home, 'out/second.zip') })
    expect(await readFile(first.out)).toEqual(await readFile(second.out))
  })

  it('refuses what is missing, or tells it', async () => {
    const file = await put('film/a.blend', [image('//none.png')])
    await expect(run(file, {})).rejects.toMatchObject({
      code: 'submit.missing_files',
      message: expect.stringContaining('none.png') as string,
    })
    expect(await readdir(join(home, 'out'))).toEqual([])
    const result = await run(file, { ignoreErrors: true })
    expect(result.missing.map(({ path }) => path)).toEqual([join(home, 'film/none.png')])
    expect([...(await readZip(result.out)).keys()]).toEqual(['a.blend'])
  })

  it('overwrites nothing of the project, and no folder', async () => {
    const file = await film()
    const inUse = { code: 'pack.target_in_use' }
    await expect(run(file, { out: join(home, 'film/tex/wood.png') })).rejects.toMatchObject(inUse)
    await expect(run(file, { out: join(home, 'film') })).rejects.toMatchObject(inUse)
    await expect(run(file, { mode: 'project', out: join(home, 'film') })).rejects.toMatchObject(inUse)
    await expect(run(file, { mode: 'project', out: file })).rejects.toMatchObject(inUse)
    await mkdir(join(home, 'out/empty'))
    await expect(run(file, { mode: 'project', out: join(home, 'out/empty') })).resolves.toMatchObject({ files: 4 })
  })

  it('knows a file of the project under every name, and what is no file', async (context) => {
    const file = await film()
    if (process.platform === 'win32') context.skip('links need a right of their own there')
    await symlink(join(home, 'film'), join(home, 'link'))
    await link(join(home, 'film/tex/wood.png'), join(home, 'out/wood.zip'))
    const before = await contentOf(join(home, 'film'))
    const targets = ['link/tex/wood.png', 'link/shots/a.blend', 'out/wood.zip'].map((name) => join(home, name))
    for (const out of [...targets, '/dev/null'])
      await expect(run(file, { out })).rejects.toMatchObject({ code: 'pack.target_in_use' })
    expect(await contentOf(join(home, 'film'))).toEqual(before)
    expect((await stat('/dev/null')).isFile()).toBe(false)
  })

  it('may be made inside of the project', async () => {
    const file = await film()
    const before = await contentOf(home)
    const zip = await run(file, { out: join(home, 'film/packs/film.zip') })
    const folder = await run(file, { mode: 'project', out: join(home, 'film/packs/film') })
    expect([zip.files, folder.files]).toEqual([4, 4])
    const after = await contentOf(home)
    expect([...before].filter(([name, hash]) => after.get(name) !== hash)).toEqual([])
    expect((await readdir(join(home, 'film/packs'))).toSorted()).toEqual(['film', 'film.zip'])
  })

  it('leaves nothing behind when it is interrupted', async () => {
    const file = await film()
    for (const mode of ['zip', 'project'] as const) {
      for (const stage of ['trace', 'rewrite', 'pack']) {
        const abort = new AbortController()
        const onProgress = (progress: { stage: string }) => {
          if (progress.stage === stage) abort.abort(new Error('interrupted'))
        }
        const running = run(file, { mode, out: join(home, `out/film-${mode}`) }, { signal: abort.signal, onProgress })
        await expect(running).rejects.toThrow('interrupted')
        expect(await readdir(join(home, 'out'))).toEqual([])
      }
    }
  })

  it.each(['zip', 'project'] as const)('refuses a file that changes while it is packed (%s)', async (mode) => {
    const file = await put('film/shots/b.blend', [image('//../smoke.png')])
    const smoke = join(home, 'film/smoke.png')
    for (const change of [
      () => appendFileSync(smoke, 'more'),
      () => truncateSync(smoke, 10_000_000),
      () => utimesSync(smoke, 1e9, 1e9),
    ]) {
      await writeFile(smoke, '')
      await truncate(smoke, 300_000_000) // holes: long to read, and no room on the disk
      let isChanged = false
      const onProgress: PackOptions['onProgress'] = (progress) => {
        if (isChanged || progress.stage !== 'pack' || progress.progress.stage !== 'lay_out') return
        // An archive takes what is there when the file's turn comes; a folder what was hashed.
        if (mode === 'zip' && progress.progress.bytes < 1e6) return
        isChanged = true
        change()
      }
      const out = join(home, 'out/film')
      await expect(run(file, { mode, out }, { onProgress })).rejects.toMatchObject({
        code: 'transfer.file_changed',
        message: expect.stringContaining(smoke) as string,
      })
      expect(await readdir(join(home, 'out'))).toEqual([])
    }
  })

  it.each(['zip', 'project'] as const)(
    'names a file that vanishes, or becomes a pipe or a folder (%s)',
    async (mode) => {
      const file = await film()
      const wood = join(home, 'film/tex/wood.png')
      for (const become of [() => {}, () => mkdirSync(wood), () => execFileSync('mkfifo', [wood])]) {
        await rm(wood, { recursive: true, force: true })
        await put('film/tex/wood.png', 'wood')
        let isChanged = false
        const onProgress: PackOptions['onProgress'] = ({ stage }) => {
          if (isChanged || stage !== 'rewrite') return
          isChanged = true
          rmSync(wood)
          become()
        }
        const packing = run(file, { mode, out: join(home, 'out/film') }, { onProgress })
        await expect(packing).rejects.toMatchObject({
          code: 'transfer.unreadable',
          message: expect.stringContaining(wood) as string,
        })
        expect(await readdir(join(home, 'out'))).toEqual([])
      }
    },
  )

  it('names the library whose paths do not fit', async () => {
    await put('film/tex/wood.png', 'wood')
    const long = join(home, ...Array<string>(9).fill('d'.repeat(110)))
    await mkdir(long, { recursive: true })
    const tree = join(long, 'tree.blend')
    await writeFile(tree, writeBlend(structs, [image(join(home, 'film/tex/wood.png'))]))
    const name = `IM${join(home, 'film/tex/wood.png').slice(-20)}`
    const file = await put('film/a.blend', library(`//${posix.relative(join(home, 'film'), tree)}`, name))
    await expect(run(file, { root: join(home, 'film') })).rejects.toMatchObject({
      code: 'blend.path_too_long',
      message: expect.stringContaining(file) as string,
    })
    expect(await readdir(join(home, 'out'))).toEqual([])
  })

  it('says so when it may not write there', async (context) => {
    const file = await film()
    await chmod(home, 0o755)
    await chmod(join(home, 'out'), 0o555)
    await asSomebody(context, async () => {
      for (const mode of ['zip', 'project'] as const)
        for (const out of ['out/film', 'out/deep/film'])
          await expect(run(file, { mode, out: join(home, out) })).rejects.toMatchObject({ code: 'host.no_permission' })
    })
    expect(await readdir(join(home, 'out'))).toEqual([])
  })

  it('does not read again what the cache knows', async () => {
    const file = await film()
    const old = new Date(Date.now() - 60_000)
    const all = [...(await contentOf(home)).keys()]
    for (const name of all) await utimes(name, old, old)
    using cache = new HashCache(join(home, 'cache.sqlite'))
    const first = await run(file, { mode: 'project', out: join(home, 'out/first') }, { cache })
    // The same size and time, other content: whoever reads it again would tell.
    await writeFile(join(home, 'lib/tex/leaf.png'), 'LEAF')
    await utimes(join(home, 'lib/tex/leaf.png'), old, old)
    const second = await run(file, { mode: 'project', out: join(home, 'out/second') }, { cache })
    const manifests = await Promise.all(
      [first, second].map(async ({ out }) => JSON.parse(await readFile(join(out, manifestName), 'utf8')) as Manifest),
    )
    expect(manifests[1]).toEqual(manifests[0])
    // Another time: it is read.
    await utimes(join(home, 'lib/tex/leaf.png'), new Date(old.getTime() + 1000), new Date(old.getTime() + 1000))
    const third = await run(file, { mode: 'project', out: join(home, 'out/third') }, { cache })
    const { files } = JSON.parse(await readFile(join(third.out, manifestName), 'utf8')) as Manifest
    expect(files.find(({ path }) => path.endsWith('leaf.png'))?.sha256).toBe(sha256('LEAF'))
  })

  it('says which file it may not read', async (context) => {
    const file = await film()
    for (const folder of [home, join(home, 'out')]) await chmod(folder, 0o777)
    await chmod(join(home, 'film/tex/wood.png'), 0)
    await asSomebody(context, async () => {
      for (const mode of ['zip', 'project'] as const) {
        await expect(run(file, { mode, out: join(home, `out/${mode}`) })).rejects.toMatchObject({
          code: 'transfer.unreadable',
          message: expect.stringContaining(join(home, 'film/tex/wood.png')) as string,
        })
      }
    })
    expect(await readdir(join(home, 'out'))).toEqual([])
  })
})

/** As a user who is not allowed everything. */
async function asSomebody(context: TestContext, work: () => Promise<void>): Promise<void> {
  if (process.getuid?.() !== 0) return work()
  if (process.seteuid === undefined) context.skip('this platform has no users to change to')
  process.seteuid(65_534)
  try {
    await work()
  } finally {
    process.seteuid(0)
  }
}
