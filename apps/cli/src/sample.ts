import { mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { makeFolder } from '@backlot/base/node/make-folder'
import { writeJson } from '@backlot/base/node/atomic-file'
import type { FoundBlender } from '@backlot/blender/find'
import { startSession } from '@backlot/blender/session'
import { z } from 'zod'
import type { CliContext } from './context.ts'

const stampFile = z.object({ blender: z.string(), scene: z.string() })

/** Lets Blender write the sample project, unless this version of Blender has written it before. Returns the scene's path. */
export async function makeSample(context: CliContext, blender: FoundBlender, folder: string): Promise<string> {
  const stamp = join(folder, 'sample.json')
  const known = stampFile.safeParse(parse(await readFile(stamp, 'utf8').catch(() => '')))
  if (known.success && known.data.blender === blender.version) return join(folder, known.data.scene)
  context.output.note('Writing the sample project with Blender …')
  await makeFolder(dirname(folder))
  const fresh = await mkdtemp(`${folder}-`)
  const scratch = await mkdtemp(join(tmpdir(), 'backlot-sample-'))
  try {
    const session = await startSession({ blender, userFolder: scratch })
    try {
      const { file } = await session.sampleProject({ folder: fresh }, { signal: context.signal })
      const scene = relative(fresh, file)
      await writeJson(join(fresh, 'sample.json'), { blender: blender.version, scene })
      await rm(folder, { recursive: true, force: true })
      await rename(fresh, folder)
      return join(folder, scene)
    } finally {
      await session.close()
    }
  } finally {
    await rm(fresh, { recursive: true, force: true })
    await rm(scratch, { recursive: true, force: true })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
