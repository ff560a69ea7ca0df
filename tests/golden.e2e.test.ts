import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '@backlot/blender/run-program'
import { blendersToTest } from '@backlot/blender/testing/blenders'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { blenderAlone, rendering } from './src/blender-alone.ts'
import { createInstallation, type Installation } from './src/installation.ts'
import { type SceneMaker, startSceneMaker } from './src/scenes.ts'

/**
 * Frames of the farm are those that the same Blender renders by itself (`-a`), pixel by pixel: a small scene for each thing
 * that a farm can get wrong.
 */
const kinds = [
  'cycles',
  'eevee',
  'workbench',
  'compositor',
  'geometry_nodes',
  'transparent',
  'multilayer',
  'stereo',
  'markers',
  'scenes',
  'animated',
  'motion_blur',
  'odd_current_frame',
] as const

const modern = (await blendersToTest()).filter(({ version }) => !version.startsWith('3.'))
if (modern.length === 0) throw new Error('No Blender 4 or 5 to test with: run `backlot blender install 5.0`.')
/** EEVEE's shaders take half a minute to compile without a graphics card: once is enough. */
const quick = kinds.filter((kind) => kind !== 'eevee')
const blenders = modern.map(({ version, path }, at) => ({ version, path, some: at === 0 ? kinds : quick }))

let site: Installation
beforeAll(async () => void (site = await createInstallation()))
afterAll(() => site?.remove())

async function onFarm(maker: SceneMaker, kind: string, file: string): Promise<string> {
  const folder = join(site.folder, maker.blender.version, kind)
  const args = ['submit', file, '--blender', maker.blender.version, '--no-video', '--download', folder]
  const { state } = await site.json<{ state: string }>(args)
  expect(state).toBe('completed')
  return folder
}

async function alone(maker: SceneMaker, kind: string, file: string): Promise<string> {
  const folder = join(maker.folder, 'alone', kind)
  await mkdir(folder, { recursive: true })
  const { command, args, env } = blenderAlone(
    maker.blender,
    file,
    [...rendering(folder), 'import os', 'os._exit(0)'],
    maker.folder,
  )
  const { code, stderr } = await runProgram(command, args, { env, timeoutMs: 120_000 })
  expect(code, stderr).toBe(0)
  return folder
}

const pictures = async (folder: string) =>
  (await readdir(folder)).filter((name) => /^\d{4}\.(png|exr)$/.test(name)).toSorted()

describe.each(blenders)('a frame of the farm is what Blender $version itself renders', ({ path, some }) => {
  let maker: SceneMaker
  let files: Record<string, string>
  beforeAll(async () => {
    maker = await startSceneMaker((blender) => blender.path === path)
    const folder = join(maker.folder, 'golden')
    files = (await maker.run<{ files: Record<string, string> }>('golden', { folder })).files
  })
  afterAll(() => maker?.remove())

  it.each(some)('%s', async (kind) => {
    const file = files[kind] ?? ''
    const [own, reference] = [await onFarm(maker, kind, file), await alone(maker, kind, file)]
    const names = await pictures(reference)
    expect(names).toHaveLength(2)
    expect(await pictures(own)).toEqual(names)
    for (const name of names) {
      const compare = name.endsWith('.exr') ? 'test_exr_difference' : 'test_picture_difference'
      const { worst } = await maker.run<{ worst: number }>(compare, {
        one: join(reference, name),
        other: join(own, name),
      })
      expect(worst, name).toBe(0)
    }
  })
})
