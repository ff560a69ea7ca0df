import { existsSync } from 'node:fs'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLogger } from '@backlot/base/node/logger'
import { blendersToTest, makeStudio } from '@backlot/blender/testing/blenders'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BlenderRack } from './blender-rack.ts'
import { renderTest } from './test-render.ts'

let studio: Awaited<ReturnType<typeof makeStudio>>
beforeAll(async () => void (studio = await makeStudio()))
afterAll(() => studio.clean())

const signal = new AbortController().signal
async function rackOf(...paths: string[]): Promise<BlenderRack> {
  const rack = new BlenderRack({
    env: { ...process.env, BACKLOT_BLENDER: paths.join(':'), PATH: '/nowhere' },
    cacheFolder: join(studio.folder, 'no-cache'),
    dataFolder: join(studio.folder, 'data'),
    tempFolder: join(studio.folder, 'temp'),
    mayInstall: false,
    network: 'none',
    log: createLogger({ app: 'worker', level: 'silent' }),
  })
  await rack.find()
  return rack
}

describe.each(await blendersToTest())('a test render in Blender $version ($kind)', ({ path, version }) => {
  it('says that the machine can render, and leaves nothing behind', async () => {
    const rack = await rackOf(path)
    const folder = join(studio.folder, 'test-render')
    const result = await renderTest(rack, folder, signal)
    await rack.close()
    expect(result).toMatchObject({ ok: true, message: expect.stringContaining(`Blender ${version} rendered in`) })
    expect(existsSync(folder)).toBe(false)
  })

  it('says why it could not, where nothing can be written', async () => {
    const rack = await rackOf(path)
    const file = join(studio.folder, 'a-file')
    await writeFile(file, '')
    expect(await renderTest(rack, join(file, 'test-render'), signal)).toMatchObject({ ok: false })
    await rack.close()
  })
})

it('a test render without a Blender says so', async () => {
  const fake = join(studio.folder, 'bin/blender')
  await mkdir(join(studio.folder, 'bin'))
  await writeFile(fake, '#!/bin/sh\nexit 1\n')
  await chmod(fake, 0o755)
  const rack = await rackOf(fake)
  expect(await renderTest(rack, join(studio.folder, 'none'), signal)).toMatchObject({ ok: false, device: 'none' })
  await rack.close()
})
