import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cacheFolder, surroundings } from '@backlot/base/node/folders'
import { findBlenders, type FoundBlender } from '../find.ts'
import { type SessionOptions, startSession } from '../session.ts'
import { seriesOf } from '../version.ts'

export const testCommands = fileURLToPath(new URL('../../python/testing/scenes.py', import.meta.url))

/** One Blender of every series that this machine has, newest first: tests run on all of them. */
export async function blendersToTest(): Promise<FoundBlender[]> {
  const around = surroundings(process.env)
  const { blenders, problems } = await findBlenders({ ...around, cacheFolder: cacheFolder(around) })
  if (problems.length > 0) throw new Error(`BACKLOT_BLENDER names what is no Blender: ${JSON.stringify(problems)}`)
  if (blenders.length === 0) throw new Error('No Blender to test with: run `backlot blender install`.')
  return [...Map.groupBy(blenders, ({ version }) => seriesOf(version)).values()].map((same) => same[0] as FoundBlender)
}

/** A folder for a test file's scenes and renders, and sessions that start with the test commands. */
export async function makeStudio() {
  const folder = await mkdtemp(join(tmpdir(), 'backlot-blender-test-'))
  const userFolder = join(cacheFolder(surroundings(process.env)), 'blender-user', 'test')
  return {
    folder,
    start: (blender: FoundBlender, options: Partial<SessionOptions> = {}) =>
      startSession({ blender, userFolder, commandFiles: [testCommands], ...options }),
    clean: () => rm(folder, { recursive: true, force: true }),
  }
}
