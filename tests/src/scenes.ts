import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, surroundings } from '@backlot/base/node/folders'
import { findBlenders, type FoundBlender } from '@backlot/blender/find'
import { startSession } from '@backlot/blender/session'
import { checkout } from './command.ts'

export interface SceneMaker {
  blender: FoundBlender
  /** A folder of its own, removed at the end. */
  folder: string
  /** A command of `tests/python/e2e_scenes.py`. Returns the path of the .blend. */
  make: (
    name: 'project' | 'single' | 'loop' | 'shelf' | 'hall' | 'compressed',
    params: Record<string, unknown>,
  ) => Promise<string>
  /** A command of its Blender: those above, of `golden_scenes.py`, and of `packages/blender/python/testing/stills.py`. */
  run: <T>(name: string, params: Record<string, unknown>) => Promise<T>
  remove: () => Promise<void>
}

/** A real Blender that writes scenes for the tests: the newest that is preferred, else the newest. */
export async function startSceneMaker(prefer: (blender: FoundBlender) => boolean = () => true): Promise<SceneMaker> {
  const around = surroundings(process.env)
  const { blenders } = await findBlenders({ ...around, cacheFolder: cacheFolder(around) })
  const blender = blenders.find(prefer) ?? blenders[0]
  if (blender === undefined) throw new Error('No Blender to test with: run `backlot blender install 5.0`.')
  const folder = await mkdtemp(join(tmpdir(), 'backlot-scenes-'))
  const session = await startSession({
    blender,
    userFolder: join(folder, '.blender'),
    commandFiles: [
      'tests/python/e2e_scenes.py',
      'tests/python/golden_scenes.py',
      'packages/blender/python/testing/stills.py',
    ].map((path) => join(checkout, path)),
  })
  return {
    blender,
    folder,
    make: async (name, params) => (await session.run<{ file: string }>(name, params)).file,
    run: (name, params) => session.run(name, params),
    async remove() {
      await session.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
