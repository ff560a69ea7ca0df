import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { runProgram } from '@backlot/blender/run-program'
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

let maker: SceneMaker
let site: Installation
let files: Record<string, string>
beforeAll(async () => {
  maker = await startSceneMaker(({ version }) => version.startsWith('5.0'))
  files = (await maker.run<{ files: Record<string, string> }>('golden', { folder: join(maker.folder, 'golden') })).files
  site = await createInstallation()
})
afterAll(async () => {
  await site?.remove()
  await maker?.remove()
})

async function onFarm(kind: string, file: string): Promise<string> {
  const folder = join(site.folder, kind)
  const args = ['submit', file, '--blender', maker.blender.version, '--no-video', '--download', folder]
  const { state } = await site.json<{ state: string }>(args)
  expect(state).toBe('completed')
  return folder
}

async function alone(kind: string, file: string): Promise<string> {
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

describe('a frame of the farm is what Blender itself renders', () => {
  it.each(kinds)('%s', async (kind) => {
    const file = files[kind] ?? ''
    const [own, reference] = [await onFarm(kind, file), await alone(kind, file)]
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
