import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BlendInfo } from '@backlot/blendfile/inspect/inspect'
import { sceneFile } from '@backlot/blendfile/testing/scene-blocks'
import type { TraceResult } from '@backlot/blendfile/trace/result'
import type { PackResult } from '@backlot/packing/pack'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../testing/run-cli.ts'

let home: string
let film: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'backlot-commands-'))
  film = join(home, 'film')
  await mkdir(join(film, 'lib'), { recursive: true })
})
afterEach(() => rm(home, { recursive: true, force: true }))

async function answer<T>(args: readonly string[], exit: number): Promise<T> {
  const { code, stdout, stderr } = await runCli(home, [...args, '--json'])
  expect([code, exit <= 1 ? stderr : '']).toEqual([exit, ''])
  expect(stdout.trimEnd().split('\n')).toHaveLength(1)
  return JSON.parse(stdout) as T
}

async function put(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(join(film, name), content)
  return join(film, name)
}

/** A scene, a library with an image, and an image that is not there. */
async function shot(images: readonly (string | Uint8Array)[] = ['//gone.png']): Promise<string> {
  await put('wood.png', 'wood')
  await put('lib/tree.blend', sceneFile({ images: ['//../wood.png'] }))
  return put('shot.blend', sceneFile({ images, libraries: { '//lib/tree.blend': ['IM//../wood.png'] } }))
}

describe('trace --json', () => {
  it('is what scripts read, field by field', async () => {
    const file = await shot()
    const result = await answer<TraceResult>(['trace', file], 1)
    const usage = (more: object) => ({
      in: file,
      type: 'Image',
      field: 'name',
      kind: 'image',
      sequence: false,
      optional: false,
      packed: false,
      ...more,
    })
    const gone = usage({ block: 'IM//gone.png', stored: '//gone.png', path: join(film, 'gone.png'), files: [] })
    const [tree, wood] = [join(film, 'lib/tree.blend'), join(film, 'wood.png')]
    expect(result).toMatchObject({
      file,
      usages: [
        gone,
        usage({
          block: 'LI//lib/tree.blend',
          type: 'Library',
          kind: 'library',
          stored: '//lib/tree.blend',
          path: tree,
          files: [tree],
        }),
        usage({ in: tree, block: 'IM//../wood.png', stored: '//../wood.png', path: wood, files: [wood] }),
      ],
      files: [
        { path: tree, size: (await readFile(tree)).length },
        { path: wood, size: 4 },
      ],
      missing: [{ path: join(film, 'gone.png'), usages: [gone] }],
      errors: [],
    })
    expect(result.seconds).toBeGreaterThan(0)
  })

  it('is an array for several files, and one that can not be read hides no other', async () => {
    const file = await shot(['//wood.png'])
    const bad = await put('bad.blend', 'no scene')
    expect(await answer<TraceResult>(['trace', file], 0)).toMatchObject({ missing: [], errors: [] })
    const [first, second] = await answer<TraceResult[]>(['trace', file, bad], 1)
    expect([first?.file, second?.file]).toEqual([file, bad])
    expect(second?.errors).toMatchObject([{ code: 'blend.not_a_blend', path: bad }])
    expect(await answer(['trace', file, bad, '--ignore-errors'], 6)).toHaveLength(2)
    expect(await answer(['trace', join(film, 'none.blend')], 4)).toMatchObject({
      error: { code: 'submit.file_not_found' },
    })
    expect(await answer(['trace'], 2)).toMatchObject({ error: { code: 'cli.usage' } })
  })

  it('names what a missing file may be', async () => {
    await mkdir(join(film, 'old'))
    await put('old/GONE.png', 'x')
    const file = await shot()
    const { missing } = await answer<TraceResult>(['trace', file], 1)
    expect(missing[0]?.similar).toEqual([join(film, 'old/GONE.png')])
    const { stdout } = await runCli(home, ['trace', file])
    expect(stdout).toContain(`did you mean ${join(film, 'old/GONE.png')}?`)
    const packed = await runCli(home, ['pack', file, '--zip', join(home, 'x.zip')])
    expect(packed.stderr).toContain(`did you mean ${join(film, 'old/GONE.png')}?`)
  })
})

describe('trace for people', () => {
  it('has colours on a terminal only, and nothing raw of names', async () => {
    const file = await shot(['//gone\u001b[31m\u0007.png'])
    const { stdout } = await runCli(home, ['trace', file])
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u)
    expect(stdout).toContain('gone\\x1b[31m\\x07.png')
  })
})

describe('inspect --json', () => {
  it('has every field', async () => {
    const info = await answer<BlendInfo>(['inspect', await shot()], 0)
    expect(info).toEqual({
      file: join(film, 'shot.blend'),
      blenderVersion: '4.5',
      fileFormat: 0,
      compression: 'none',
      pointerSize: 8,
      endian: 'little',
      scenes: [],
      counts: { Image: 1, Library: 1 },
      linked: 1,
      outputs: [],
    })
    expect(await answer(['inspect', await put('bad.blend', 'BLENDER-v405')], 1)).toMatchObject({
      error: { code: 'blend.truncated', advice: expect.stringContaining('backup') as string },
    })
    expect(await answer(['inspect', film], 1)).toMatchObject({ error: { code: 'submit.not_a_blend' } })
  })
})

describe('pack --json', () => {
  it('is what scripts read, whole or with problems', async () => {
    const file = await shot([join(film, 'wood.png'), '//gone.png'])
    const out = join(home, 'film.zip')
    expect(await answer(['pack', file, '--zip', out], 1)).toMatchObject({
      error: { code: 'submit.missing_files', details: { missing: [{ path: join(film, 'gone.png') }] } },
    })
    const result = await answer<PackResult>(['pack', file, '--zip', out, '--root', film, '--ignore-errors'], 6)
    expect(result).toMatchObject({
      out,
      mainFile: 'shot.blend',
      files: 3,
      bytes: (await readFile(out)).length,
      rewritten: [file],
      outside: [],
      otherDrives: [],
      absolute: [{ in: file, stored: join(film, 'wood.png') }],
      missing: [{ path: join(film, 'gone.png') }],
      leftOut: [{ path: join(film, 'gone.png'), code: 'submit.missing_files' }],
    })
    expect(result.seconds).toBeGreaterThan(0)
    for (const args of [['--zip', out, '--project', out], []])
      expect(await answer(['pack', file, ...args], 2)).toMatchObject({ error: { code: 'cli.usage' } })
  })

  it('never waits for what is no file', async () => {
    const folder = await mkdir(join(film, 'folder'), { recursive: true })
    expect(folder).toBeDefined()
    const odd = ['//folder', '/dev/zero', '/dev/stdin', '//loop', '/proc/kmsg', '//socket', '//pipe']
    if (process.platform !== 'win32') execFileSync('mkfifo', [join(film, 'pipe')])
    await symlink(join(film, 'loop'), join(film, 'loop'))
    const server = createServer()
    await new Promise<void>((listening) => server.listen(join(film, 'socket'), listening))
    try {
      const file = await shot(odd)
      for (const mode of ['zip', 'project']) {
        const args = ['pack', file, `--${mode}`, join(home, mode), '--ignore-errors']
        const { missing, leftOut } = await answer<PackResult>(args, 6)
        const stay = odd.filter((path) => path !== '/proc/kmsg').map((path) => path.replace('//', `${film}/`))
        // Where it is at all, it is a file of no size.
        expect(missing.map(({ path }) => path).filter((path) => path !== '/proc/kmsg')).toEqual(stay.toSorted())
        expect(leftOut).toHaveLength(missing.length)
      }
    } finally {
      server.close()
    }
  })

  it('names what stays in a cloud, and packs the rest', async (context) => {
    if (process.platform === 'darwin') context.skip('iCloud would be asked for it')
    await put('.leaf.png.icloud', 'about leaf.png')
    await mkdir(join(film, 'Dropbox'))
    await truncate(await put('Dropbox/sand.png', ''), 3_000_000) // a stand-in, which comes when it is read
    const file = await shot(['//leaf.png', '//Dropbox/sand.png'])
    const traced = await answer<TraceResult>(['trace', file], 0)
    expect(traced.files).toContainEqual({ path: join(film, 'leaf.png'), size: 0, cloud: 'iCloud' })
    expect(traced.files).toContainEqual({ path: join(film, 'Dropbox/sand.png'), size: 3_000_000, cloud: 'Dropbox' })
    const refused = await runCli(home, ['pack', file, '--zip', join(home, 'a.zip')])
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(join(film, 'leaf.png'))])
    const result = await answer<PackResult>(['pack', file, '--project', join(home, 'a'), '--ignore-errors'], 6)
    expect(result.leftOut).toEqual([{ path: join(film, 'leaf.png'), code: 'blend.not_downloaded' }])
    expect(await readdir(join(home, 'a/Dropbox'))).toEqual(['sand.png'])
  })
})
