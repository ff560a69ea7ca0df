import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BlenderSession, SampleRange, SceneSettings } from './driver.ts'
import { blendersToTest, makeStudio } from './testing/blenders.ts'

const stills = fileURLToPath(new URL('../python/testing/stills.py', import.meta.url))
const total = 24

interface Difference {
  channels: number
  missing: string[]
  worst: number
  worstChannel: string | null
  mattes: number | null
  manifests: boolean
}

describe.each(await blendersToTest())('samples of one image in ranges: Blender $version', (blender) => {
  let studio: Awaited<ReturnType<typeof makeStudio>>
  let session: BlenderSession

  beforeAll(async () => {
    studio = await makeStudio()
    session = await studio.start(blender, { commandFiles: [stills] })
  })
  afterAll(async () => {
    await session.close()
    await studio.clean()
  })

  async function open(kind: string): Promise<string> {
    const folder = join(studio.folder, kind)
    mkdirSync(folder, { recursive: true })
    await session.run('test_still', { file: join(folder, 'still.blend'), kind })
    await session.open({ file: join(folder, 'still.blend') })
    return folder
  }

  async function renderRanges(
    folder: string,
    lengths: readonly number[],
    { of = total, from = 0 } = {},
  ): Promise<SampleRange[]> {
    const ranges: SampleRange[] = []
    let first = from
    for (const count of lengths) {
      const { path } = await session.renderSamples({ frame: 1, folder, first, count, total: of })
      ranges.push({ path, first, count })
      first += count
    }
    return ranges
  }

  /** Unequal ranges against the unsplit render, both as multilayer float EXR. */
  async function compare(kind: string, settings: SceneSettings = { format: 'OPEN_EXR_MULTILAYER' }) {
    const folder = await open(kind)
    const ranges = await renderRanges(join(folder, 'ranges'), [3, 13, 8])
    const merged = await session.mergeSamples({ frame: 1, folder: join(folder, 'merged'), ranges, settings })
    const whole = await session.render({ frame: 1, folder: join(folder, 'whole'), settings })
    expect(merged).toMatchObject({ frame: 1, samples: total, width: 96, height: 72, format: settings.format })
    return { one: whole.path, other: merged.path }
  }

  test.each(['plain', 'passes', 'transparent', 'motion_blur', 'layers'])(
    'a merged %s image is the unsplit one',
    async (kind) => {
      const difference = await session.run<Difference>('test_exr_difference', await compare(kind))
      expect(difference).toMatchObject({ missing: [], manifests: true })
      expect(difference.worst, difference.worstChannel ?? '').toBeLessThan(1e-5)
      expect(difference.mattes ?? 0).toBeLessThan(1e-5)
      expect(difference.channels).toBeGreaterThan(kind === 'passes' ? 60 : 2)
    },
  )

  test('is denoised once, as the unsplit one was', async (context) => {
    if (!session.denoiser) return context.skip('This Blender was built without a denoiser.')
    const difference = await session.run<Difference>('test_exr_difference', await compare('denoised'))
    expect(difference).toMatchObject({ missing: [] })
    expect(difference.worst, difference.worstChannel ?? '').toBeLessThan(1e-5)
  })

  test('goes through the compositor and the view transform, to the same picture', async () => {
    const paths = await compare('compositor', { format: 'PNG' })
    const { worst } = await session.run<{ worst: number }>('test_picture_difference', paths)
    expect(worst).toBeLessThan(2.01 / 65535)
  })

  test('can be continued to more samples without the first ones being rendered again', async () => {
    const folder = await open('sobol')
    const settings: SceneSettings = { format: 'OPEN_EXR_MULTILAYER' }
    const first = await renderRanges(join(folder, 'first'), [16], { of: 16 })
    const later = await renderRanges(join(folder, 'later'), [32, 16], { of: 64, from: 16 })
    const merged = await session.mergeSamples({
      frame: 1,
      folder: join(folder, 'merged'),
      ranges: [...first, ...later],
      settings,
    })
    expect(merged.samples).toBe(64)
    const whole = await session.render({
      frame: 1,
      folder: join(folder, 'whole'),
      settings: { ...settings, samples: 64 },
    })
    const difference = await session.run<Difference>('test_exr_difference', { one: whole.path, other: merged.path })
    expect(difference.worst).toBeLessThan(1e-5)
  })

  test('a look at what there is gets less noisy with every range', async () => {
    const folder = await open('plain')
    const ranges = await renderRanges(join(folder, 'ranges'), [4, 4, 8, 8])
    const look = (count: number) =>
      session.previewSamples({ ranges: ranges.slice(0, count), output: join(folder, `look-${count}.jpg`), size: 64 })
    const [one, two, four] = [await look(1), await look(2), await look(4)]
    expect(one).toMatchObject({ width: 64, height: 48, noise: null, black: false })
    expect(four.noise).toBeLessThan(two.noise ?? 0)
  })

  test.each([
    ['stereo', 'several views'],
    ['catcher', 'shadow catcher'],
  ])('refuses a %s scene with the reason', async (kind, reason) => {
    const folder = await open(kind)
    const refused = session.renderSamples({ frame: 1, folder, first: 0, count: 4, total })
    await expect(refused).rejects.toMatchObject({
      code: 'render.split_refused',
      message: expect.stringContaining(reason) as string,
    })
  })

  test('damaged and foreign ranges are refused', async () => {
    const folder = await open('passes')
    const [one, two] = await renderRanges(join(folder, 'ranges'), [4, 4])
    const merge = (ranges: SampleRange[]) => session.mergeSamples({ frame: 1, folder: join(folder, 'merged'), ranges })
    await expect(merge([two!])).rejects.toMatchObject({ code: 'render.bad_output' })
    const cut = { ...two!, path: join(folder, 'cut.exr') }
    await session.run('test_cut', { source: two!.path, output: cut.path, bytes: 20_000 })
    await expect(merge([one!, cut])).rejects.toMatchObject({ code: 'render.bad_output' })
  })
})
