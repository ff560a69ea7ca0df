import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BlenderSession, imageFormats } from '@backlot/blender/driver'
import { startSession } from '@backlot/blender/session'
import { blendersToTest, testCommands } from '@backlot/blender/testing/blenders'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkImage } from './check-image.ts'

const blenders = await blendersToTest()

describe.each(blenders.map((blender) => ({ version: blender.version, blender })))(
  'what Blender $version writes',
  ({ blender }) => {
    let folder: string
    let session: BlenderSession
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'backlot-verify-'))
      const userFolder = join(folder, 'user')
      session = await startSession({ blender, userFolder, commandFiles: [testCommands] })
      const file = join(folder, 'scene.blend')
      await session.run('test_scene', { file, kind: 'plain' })
      await session.open({ file })
    })
    afterAll(async () => {
      await session.close()
      await rm(folder, { recursive: true, force: true })
    })

    it.each(imageFormats)('is whole as %s, and is not when any part of its end is missing', async (format) => {
      const settings = { format, width: 101, height: 67, samples: 1, device: 'cpu' } as const
      const { path } = await session.render({ frame: 1, folder: join(folder, format), settings })
      expect(await checkImage(path)).toMatchObject({ width: 101, height: 67 })
      const whole = await readFile(path)
      const cut = join(folder, 'cut')
      for (let part = 0; part < 50; part++) {
        await writeFile(cut, whole.subarray(0, Math.floor((whole.length * part) / 50)))
        await expect(checkImage(cut)).rejects.toMatchObject({ code: 'render.bad_output' })
      }
    })
  },
)
