import { readdirSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { BlenderSession } from './driver.ts'
import type { FoundBlender } from './find.ts'
import { blendersToTest, makeStudio } from './testing/blenders.ts'

// The newest one stands for all: what differs by version is in session.blender.test.ts.
const [blender] = (await blendersToTest()) as [FoundBlender]

const failing = (work: Promise<unknown>) =>
  work.then(
    () => expect.fail('it succeeded'),
    (error: unknown) => error,
  )

describe('scenes that do what they should not', () => {
  let studio: Awaited<ReturnType<typeof makeStudio>>
  let maker: BlenderSession
  let folder: string
  const lines: string[] = []
  const open: BlenderSession[] = []
  beforeAll(async () => {
    studio = await makeStudio()
    maker = await start()
    folder = join(studio.folder, 'frames')
    open.length = 0
  })
  afterEach(async () => {
    await Promise.all(open.splice(0).map((session) => session.end()))
    lines.length = 0
  })
  afterAll(async () => {
    await maker.end()
    await studio.clean()
  })

  async function start(): Promise<BlenderSession> {
    const session = await studio.start(blender, { onLog: ({ text }) => lines.push(text) })
    open.push(session)
    return session
  }

  let made = 0
  async function scene(kind: string, script?: string): Promise<string> {
    const file = join(studio.folder, `${made++}.blend`)
    await maker.run('test_scene', { kind, file, ...(script !== undefined && { script }) })
    return file
  }

  /** A session with a scene that runs this at every frame. */
  async function running(script: string): Promise<BlenderSession> {
    const session = await start()
    await session.open({ file: await scene('script', script), allowScripts: true })
    return session
  }

  test('leaving Blender is the fault of the script, and not a crash', async () => {
    const session = await running('os._exit(0)')
    expect(session.ranScripts).toBe(true)
    expect(await failing(session.render({ frame: 1, folder }))).toMatchObject({ code: 'render.script_error' })
  })

  test('opening another file in the middle of a render is told, and the next task loads its scene anew', async () => {
    const session = await running('if scene.frame_current == 1: bpy.ops.wm.read_homefile(use_empty=True)')
    const file = join(studio.folder, `${made - 1}.blend`)
    expect(await failing(session.render({ frame: 1, folder }))).toMatchObject({ code: 'render.script_error' })
    expect(await session.open({ file, allowScripts: true })).toMatchObject({ reused: false })
    expect(await session.render({ frame: 2, folder })).toMatchObject({ frame: 2 })
  })

  test('taking away handlers, stderr and the working directory changes nothing', async () => {
    const session = await running("bpy.app.handlers.render_stats.clear(); sys.stderr = None; os.chdir('/')")
    expect(await session.render({ frame: 1, folder })).toMatchObject({ frame: 1, warnings: [] })
    await session.close()
    expect(await session.exited).toMatchObject({ signal: null })
  })

  test('printing 50 MB without an end of line costs one cut line of the log', async () => {
    const session = await running("[os.write(1, b'x' * 500000) for _ in range(100)]; os.write(1, b'\\nnext\\n')")
    await session.render({ frame: 1, folder })
    // The handler is called several times for a frame.
    const printed = lines.filter((line) => line.includes('xxx'))
    expect(new Set(printed.map(({ length }) => length))).toEqual(new Set([8192]))
    expect(lines).toContain('next')
  })

  test('what a script leaves for the next Blender to run is gone', async () => {
    const planted =
      "p = bpy.utils.user_resource('SCRIPTS', path='startup', create=True); open(p + '/x.py', 'w').write('import os; os._exit(7)')"
    const session = await running(planted)
    await session.render({ frame: 1, folder })
    await session.close()
    expect((await start()).alive).toBe(true)
  })

  test('frames are numbered as Blender numbers them, and markers switch the camera', async () => {
    const session = await start()
    await session.open({ file: await scene('markers') })
    const frames = []
    for (const frame of [-5, 4, 5, 123_456])
      frames.push(await session.render({ frame, folder: join(folder, 'marked') }))
    expect(frames.map(({ path }) => path.slice(folder.length))).toEqual(
      ['-0005', '0004', '0005', '123456'].map((name) => join('/marked', `${name}.png`)),
    )
    const output = join(folder, 'marked.jpg')
    const seen = []
    for (const { path } of frames) seen.push((await session.thumbnail({ source: path, output, size: 32 })).black)
    expect(seen).toEqual([false, false, true, true])
  })

  test('a path that Blender cuts is told as what it is', async () => {
    const session = await start()
    const deep = join(studio.folder, ...Array(10).fill('d'.repeat(100)))
    await mkdir(deep, { recursive: true })
    await copyFile(await scene('plain'), join(deep, 'x.blend'))
    expect(await failing(session.open({ file: join(deep, 'x.blend') }))).toMatchObject({ code: 'render.path_too_long' })
  })

  test('names that are hard to quote, and as long as Blender can read', async () => {
    const session = await start()
    const names = [
      '-rf.blend',
      `${'n'.repeat(200)}.blend`,
      'a b\'c"d $(id) %20 ü 日本.blend',
      join(...Array(8).fill('p'.repeat(100)), 'x.blend'),
    ]
    for (const name of names) {
      const file = join(studio.folder, 'names', name)
      await mkdir(join(file, '..'), { recursive: true })
      await maker.run('test_scene', { kind: 'plain', file })
      await session.open({ file })
      expect(await session.render({ frame: 1, folder: join(folder, 'names') })).toMatchObject({ frame: 1 })
    }
  })

  test('colours of a Radiance scene are kept in EXR, and shown as the scene shows them', async () => {
    const session = await start()
    await session.open({ file: await scene('radiance') })
    const radiance = await session.render({ frame: 1, folder: join(folder, 'radiance') })
    expect(radiance).toMatchObject({ format: 'OPEN_EXR', warnings: [expect.stringMatching(/HDR.*OPEN_EXR/)] })
    await session.open({ file: await scene('bright') })
    const { path, colour } = await session.render({ frame: 1, folder: join(folder, 'bright') })
    const other = await start() // as on a worker that has not rendered the job
    const sheet = async (name: string, from: BlenderSession, shown: typeof colour | undefined) => {
      const { hash } = await from.run<{ hash: string }>('test_pixels', {
        path: (await from.contactSheet({ frames: [{ frame: 1, path }], output: join(folder, name), colour: shown }))
          .path,
      })
      return hash
    }
    const here = await sheet('here.png', session, undefined)
    expect(await sheet('told.png', other, colour)).toBe(here)
    expect(await sheet('untold.png', other, undefined)).not.toBe(here)
    expect(readdirSync(join(folder, 'bright'))).toEqual(['0001.exr'])
  })
})
