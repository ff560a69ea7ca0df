import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BlenderSession, imageFormats, type Progress } from './driver.ts'
import { blendersToTest, makeStudio } from './testing/blenders.ts'

const blenders = await blendersToTest()

describe.each(blenders)('Blender $version ($kind)', (blender) => {
  let studio: Awaited<ReturnType<typeof makeStudio>>
  let session: BlenderSession
  const scene = async (kind: string) =>
    (await session.run<{ file: string }>('test_scene', { kind, file: join(studio.folder, `${kind}.blend`) })).file

  beforeAll(async () => {
    studio = await makeStudio()
    session = await studio.start(blender)
  })
  afterAll(async () => {
    await session.close()
    await studio.clean()
  })

  test('says who it is', () => {
    expect(session).toMatchObject({ version: blender.version, kind: blender.kind, alive: true })
  })

  test('opens a file, says what is in it, and opens it again only when it changed', async () => {
    const file = await scene('plain')
    const opened = await session.open({ file })
    expect(opened).toMatchObject({ reused: false, scene: 'Cube', scriptsBlocked: false })
    expect(opened.scenes).toEqual([
      expect.objectContaining({ name: 'Cube', frameEnd: 10, engine: 'cycles', width: 64, camera: 'Camera' }),
    ])
    expect((await session.open({ file })).reused).toBe(true)
    await utimes(file, new Date(), new Date(Date.now() + 5000))
    expect((await session.open({ file })).reused).toBe(false)
  })

  test.each([
    ['some of a picture', ['R'], 3, { pixels: 3, of: 32, layer: null }],
    ['all of a picture', ['R'], 32, { pixels: 32, of: 32, layer: null }],
    ['none of a picture', ['R'], 0, { pixels: 0, of: 32, layer: null }],
    ['all of a layer', ['Sky.Combined.R', 'View.Combined.R'], 32, { pixels: 32, of: 32, layer: 'View' }],
    ['some of a layer', ['Sky.Combined.R', 'View.Combined.R'], 31, { pixels: 31, of: 32, layer: 'View' }],
    ['none of two layers', ['Sky.Combined.R', 'View.Combined.R'], 0, { pixels: 0, of: 32, layer: 'Sky' }],
  ])('tells which pixels are no numbers: %s', async (_, names, wrong, notFinite) => {
    const source = join(studio.folder, `float-${names.length}-${wrong}.exr`)
    await session.run('test_float_picture', { path: source, names, wrong })
    expect((await session.thumbnail({ source, output: join(studio.folder, 'float.jpg') })).notFinite).toEqual(notFinite)
  })

  // The lossy ones hold nothing but numbers: what was none is black there.
  test.each([
    ['infinite', 'ZIP', true, false],
    ['no_numbers', 'ZIP', true, true],
    ['no_numbers', 'PIZ', true, true],
    ['no_numbers', 'DWAA', false, true],
  ])('tells so of layers in a file of its own: %s, %s', async (kind, codec, isWrong, black) => {
    const file = join(studio.folder, `${kind}-${codec}.blend`)
    await session.run('test_scene', { kind, file, codec })
    await session.open({ file })
    const folder = join(studio.folder, `${kind}-${codec}`)
    const { path } = await session.render({ frame: 1, folder, settings: { format: 'OPEN_EXR_MULTILAYER' } })
    expect(await session.thumbnail({ source: path, output: join(folder, 'small.jpg') })).toMatchObject({
      notFinite: { pixels: isWrong ? 64 * 64 : 0, of: 64 * 64, layer: 'Composite' },
      black,
      transparent: false,
    })
  })

  test('renders a frame, with progress, under its final name only', async () => {
    await session.open({ file: await scene('plain') })
    const progress: Progress[] = []
    const folder = join(studio.folder, 'out')
    const frame = await session.render({ frame: 3, folder }, { onProgress: (each) => progress.push(each) })
    expect(frame).toMatchObject({
      frame: 3,
      path: join(folder, '0003.png'),
      format: 'PNG',
      engine: 'cycles',
      samples: 4,
    })
    expect(frame).toMatchObject({ width: 64, height: 64, device: { requested: 'auto' }, warnings: [] })
    const bytes = readFileSync(frame.path)
    expect(bytes.subarray(1, 4).toString()).toBe('PNG')
    expect([frame.bytes, frame.sha256]).toEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')])
    expect(readdirSync(folder)).toEqual(['0003.png'])
    expect(progress.length).toBeGreaterThan(0)
    expect(progress[0]?.frame).toBe(3)
  })

  test('settings are applied, and taken back for the next job', async () => {
    await session.open({ file: await scene('plain') })
    const folder = join(studio.folder, 'settings')
    const changed = await session.render({
      frame: 1,
      folder,
      name: 'small',
      settings: { format: 'JPEG', width: 128, height: 32, percentage: 50, samples: 2, device: 'cpu', threads: 1 },
    })
    expect(changed).toMatchObject({
      width: 64,
      height: 16,
      samples: 2,
      format: 'JPEG',
      path: join(folder, 'small.jpg'),
    })
    expect(changed.device).toMatchObject({ type: 'CPU', requested: 'cpu', fallback: null })
    expect(await session.render({ frame: 1, folder })).toMatchObject({
      width: 64,
      height: 64,
      samples: 4,
      format: 'PNG',
    })
  })

  test('a request for a graphics device that is not there is answered by the CPU, and not in silence', async () => {
    await session.open({ file: await scene('plain') })
    const probe = await session.probeDevices()
    expect(probe.tried.map(({ type }) => type)).toEqual(['OPTIX', 'CUDA', 'HIP', 'METAL', 'ONEAPI', 'CPU'])
    const frame = await session.render({ frame: 1, folder: join(studio.folder, 'gpu'), settings: { device: 'gpu' } })
    expect(frame.device.type).toBe(probe.chosen)
    const onCpu = probe.chosen === 'CPU'
    expect(frame.warnings).toHaveLength(onCpu ? 1 : 0)
    expect(frame.device.fallback ?? 'none').toMatch(onCpu ? /^No graphics device answers/ : /^none$/)
  })

  test('every image format; of each a thumbnail, and of a list a video and a contact sheet', async () => {
    await session.open({ file: await scene('plain') })
    for (const format of imageFormats) {
      const folder = join(studio.folder, format)
      const frames = [
        await session.render({ frame: 1, folder, settings: { format } }),
        await session.render({ frame: 2, folder, settings: { format } }),
      ]
      const { colour } = frames[0]!
      const thumbnail = await session.thumbnail({
        source: frames[0]!.path,
        output: join(folder, 't', 'a.jpg'),
        size: 32,
        colour,
      })
      expect([format, thumbnail]).toMatchObject([format, { path: join(folder, 't', 'a.jpg'), width: 32, height: 32 }])
      const paths = frames.map(({ path }) => path)
      const video = await session.encodeVideo({ frames: paths, output: join(folder, 'v.mp4'), fps: 12.5, colour })
      expect(video).toMatchObject({ width: 64, height: 64, frames: 2 })
      expect(readFileSync(video.path).subarray(4, 8).toString()).toBe('ftyp')
      const sheet = await session.contactSheet({ frames, output: join(folder, 'sheet.png'), frameWidth: 48, colour })
      expect(sheet).toMatchObject({ frames: 2, width: 12 + 2 * 60, height: 12 + 48 + 24 + 12 })
      expect(readdirSync(folder).toSorted()).toEqual([
        ...paths.map((path) => path.slice(folder.length + 1)),
        'sheet.png',
        't',
        'v.mp4',
      ])
    }
  })

  test('a scene that writes a movie is rendered to frames, and says so', async () => {
    await session.open({ file: await scene('movie') })
    const frame = await session.render({ frame: 1, folder: join(studio.folder, 'movie') })
    expect(frame).toMatchObject({ format: 'PNG', warnings: [expect.stringMatching(/FFMPEG.*PNG/)] })
  })

  test('Workbench renders', async () => {
    await session.open({ file: await scene('plain') })
    const frame = await session.render({
      frame: 1,
      folder: join(studio.folder, 'wb'),
      settings: { engine: 'workbench' },
    })
    expect(frame).toMatchObject({ engine: 'workbench', samples: null, device: { type: 'OPENGL' } })
  })

  test('EEVEE renders, by the name that it has in this version', async () => {
    await session.open({ file: await scene('plain') })
    const settings = { engine: 'eevee', samples: 1 }
    const frame = await session.render({ frame: 1, folder: join(studio.folder, 'eevee'), settings })
    expect(frame).toMatchObject({ engine: 'eevee', samples: 1, device: { type: 'OPENGL' } })
  })

  test('missing files are named with their users', async () => {
    await session.open({ file: await scene('missing') })
    const { missing } = await session.missingFiles()
    expect(missing).toEqual([{ path: join(studio.folder, 'textures', 'wood.png'), users: ['Image "Wood"'] }])
  })

  describe('failures', () => {
    const failing = (work: Promise<unknown>) =>
      work.then(
        () => expect.fail('it succeeded'),
        (error: unknown) => error,
      )

    test('a scene without a camera', async () => {
      await session.open({ file: await scene('no_camera') })
      const folder = join(studio.folder, 'failed')
      expect(await failing(session.render({ frame: 1, folder }))).toMatchObject({ code: 'render.no_camera' })
      expect(readdirSync(folder)).toEqual([])
    })

    test('a script of the scene: blocked, failing, tolerated', async () => {
      const file = await scene('script')
      const folder = join(studio.folder, 'scripts')
      const blocked = await session.open({ file })
      expect(blocked).toMatchObject({ scriptsBlocked: true, warnings: [expect.stringContaining('not run')] })
      expect((await session.render({ frame: 1, folder })).warnings).toEqual([])
      await session.open({ file, allowScripts: true })
      expect(await failing(session.render({ frame: 2, folder }))).toMatchObject({
        code: 'render.script_error',
        message: 'A Python script in the scene failed: ValueError: no such bone: hip.2',
      })
      const tolerated = await session.render({ frame: 3, folder, tolerateScriptErrors: true })
      expect(tolerated.warnings[0]).toContain('hip.3')
      await session.open({ file: await scene('plain') }) // its handler is gone with the file
      expect((await session.render({ frame: 4, folder })).warnings).toEqual([])
    })

    test('a missing, a foreign and a newer file', async () => {
      expect(await failing(session.open({ file: join(studio.folder, 'nowhere.blend') }))).toMatchObject({
        code: 'render.missing_asset',
      })
      const foreign = join(studio.folder, 'foreign.blend')
      await writeFile(foreign, 'BLENDER is not here')
      expect(await failing(session.open({ file: foreign }))).toMatchObject({ code: 'blend.corrupt' })
      expect(await failing(session.open({ file: foreign, fileVersion: 901 }))).toMatchObject({
        code: 'render.no_blender',
      })
      expect(await failing(session.render({ frame: 1, folder: studio.folder }))).toMatchObject({
        code: 'render.host_error',
      })
    })

    test('a scene, an engine and a frame that are not there', async () => {
      await session.open({ file: await scene('plain') })
      const folder = join(studio.folder, 'failed')
      for (const settings of [{ scene: 'Sphere' }, { engine: 'povray' }]) {
        expect(await failing(session.render({ frame: 1, folder, settings }))).toMatchObject({
          code: 'render.scene_error',
        })
      }
      const source = join(studio.folder, 'no.png')
      expect(await failing(session.thumbnail({ source, output: `${source}.jpg` }))).toMatchObject({
        code: 'render.missing_asset',
      })
      expect(await session.render({ frame: 1, folder })).toMatchObject({ engine: 'cycles' })
    })

    test('denoising where there is a denoiser, and a clear refusal where there is none', async () => {
      await session.open({ file: await scene('denoise') })
      const rendering = session.render({ frame: 1, folder: join(studio.folder, 'denoise') })
      const outcome = session.denoiser ? { frame: 1 } : { code: 'render.denoiser_missing' }
      expect(await rendering.catch((error: unknown) => error)).toMatchObject(outcome)
    })

    test('a folder that can not be written', async () => {
      await session.open({ file: await scene('plain') })
      await writeFile(join(studio.folder, 'a-file'), '')
      const rendering = session.render({ frame: 1, folder: join(studio.folder, 'a-file', 'x') })
      expect(await failing(rendering)).toMatchObject({ code: 'render.host_error' })
    })
  })

  test('the standard channel works like the descriptors', async () => {
    const other = await studio.start(blender, { channel: 'standard' })
    await other.open({ file: await scene('plain') })
    expect(await other.render({ frame: 1, folder: join(studio.folder, 'standard') })).toMatchObject({ frame: 1 })
    await other.close()
    expect(await other.exited).toMatchObject({ code: 0 })
  })

  test('no secret reaches it', async () => {
    const other = await studio.start(blender, { env: { ...process.env, BACKLOT_TOKEN: 'secret-1' } })
    const { environment } = await other.run<{ environment: Record<string, string> }>('test_environment')
    expect(Object.values(environment)).not.toContain('secret-1')
    await other.close()
  })

  test('the sample project is written, complete, and renders', async () => {
    const folder = join(studio.folder, 'sample')
    await mkdir(folder)
    const { file, frames } = await session.sampleProject({ folder })
    expect(frames).toBe(24)
    expect(existsSync(join(folder, 'lib', 'props.blend'))).toBe(true)
    await session.open({ file })
    expect((await session.missingFiles()).missing).toEqual([])
    const frame = await session.render({
      frame: 1,
      folder: join(folder, 'render'),
      settings: { percentage: 5, samples: 1 },
    })
    expect(frame).toMatchObject({ width: 48, height: 27 })
  })
})
