import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blendersToTest, makeStudio } from '@backlot/blender/testing/blenders'
import { traceFile } from '@backlot/blendfile/node/trace-file'
import type { Usage } from '@backlot/blendfile/trace/result'
import { afterAll, describe, expect, test } from 'vitest'

/** The tracer against Blender's own list, over generated scenes: one per way to refer to a file, local and linked. */
const cases = fileURLToPath(new URL('./python/dependencies/commands.py', import.meta.url))

/** What the tracer lists and Blender does not, and why the tracer is right. */
const reviewed: Readonly<Record<string, { kind: string; reason: string }>> = {
  other_cache_layer: {
    kind: 'cache_file',
    reason: 'layers are read when rendering; Blender lists only the cache itself',
  },
  other_geometry_import: { kind: 'geometry_import', reason: 'listed by Blender only from 5.0' },
  other_clip: { kind: 'movie_clip', reason: "3.4 loses the clip of a linked camera's background" },
  other_fluid: { kind: 'point_cache', reason: 'the cache that old versions look for; not needed' },
}

interface Listed {
  file: string
  paths: string[]
}

describe.each(await blendersToTest())('Blender $version ($kind)', async (blender) => {
  const studio = await makeStudio()
  const folder = join(studio.folder, blender.version)
  await mkdir(folder, { recursive: true })
  const session = await studio.start(blender, { commandFiles: [cases] })
  const { cases: names } = await session.run<{ cases: string[] }>('dependency_cases', { folder })
  afterAll(async () => {
    await session.close()
    await studio.clean()
  })

  test.each(names)('%s', async (name) => {
    const listed = await session.run<{ local: Listed; linked: Listed }>('dependency_case', { folder, name })
    for (const { file, paths } of [listed.local, listed.linked]) {
      const { usages, errors, warnings } = await traceFile(file)
      expect([...errors, ...warnings]).toEqual([])
      const needed = usages.filter(({ packed }) => !packed)
      const known = new Set(needed.flatMap((usage) => [usage.path, ...usage.files]))
      expect(paths.map(withoutSlash).filter((path) => !known.has(path))).toEqual([])
      const extra = needed.filter((usage) => !isListed(usage, paths) && usage.kind !== reviewed[name]?.kind)
      expect(extra.map(({ block, path }) => `${block}: ${path}`)).toEqual([])
    }
  })
})

/** Blender lists a sequence by the frame that is stored, a folder with or without its last slash. */
function isListed({ path, files }: Usage, paths: readonly string[]): boolean {
  const listed = new Set(paths.map(withoutSlash))
  return listed.has(path) || files.some((file) => listed.has(file))
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '')
}
