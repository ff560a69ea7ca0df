import { existsSync } from 'node:fs'
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blendersToTest, makeStudio } from '@backlot/blender/testing/blenders'
import { pack } from '@backlot/packing/pack'
import type { Listed } from '@backlot/tests/coverage/listed'
import type { Way } from '@backlot/tests/coverage/results'
import { afterAll, describe, expect, test } from 'vitest'

/** Packs, opened and rendered by real Blenders, with the originals out of reach. */
const python = (name: string) => fileURLToPath(new URL(`./python/${name}.py`, import.meta.url))

interface Opened {
  paths: string[]
}

interface Pixels {
  sha256: string
  colours: number[][]
}

describe.each(await blendersToTest())('Blender $version ($kind)', async (blender) => {
  const studio = await makeStudio()
  const folder = join(studio.folder, 'project')
  await mkdir(folder, { recursive: true })
  const commandFiles = [python('dependencies/commands'), python('packing')]
  const session = await studio.start(blender, { commandFiles })
  const { cases } = await session.run<{ cases: string[] }>('dependency_cases', { folder })
  const { names } = await session.run<{ names: string[] }>('scattered', {})
  afterAll(async () => {
    await session.close()
    await studio.clean()
  })

  test.each(cases)('%s, packed, leads to nothing outside its pack', async (name) => {
    const made = await session.run<Record<Way, Listed>>('dependency_case', { folder, name })
    for (const [kind, { file, needed }] of Object.entries(made)) {
      const out = join(studio.folder, 'packs', `${name}-${kind}`)
      await mkdir(join(studio.folder, 'packs'), { recursive: true })
      const packed = await pack({ file, mode: 'project', out })
      expect([packed.missing, packed.isWhole]).toEqual([[], true])
      const { paths } = await session.run<Opened>('opened_paths', { file: join(out, packed.mainFile) })
      expect(paths.filter((path) => !path.startsWith(`${out}/`))).toEqual([])
      const before = needed.filter(isThere).length
      expect(paths.filter(isThere)).toHaveLength(before)
    }
  })

  test.each(names)('%s renders the same from its pack', async (name) => {
    const [home, far, out] = ['home', 'far', 'pack'].map((part) => join(studio.folder, name, part)) as [
      string,
      string,
      string,
    ]
    const { file } = await session.run<{ file: string }>('scattered', { name, home, far })
    const render = (scene: string, frame: number) =>
      session.run<Pixels>('pixels', { file: scene, frame, out: join(studio.folder, name, `${frame}.png`) })
    const originals = [await render(file, 1), await render(file, 3)]
    const packed = await pack({ file, mode: 'project', out })
    await Promise.all([home, far].map((path) => rename(path, `${path} away`).catch(() => {})))
    const scene = join(out, packed.mainFile)
    expect([await render(scene, 1), await render(scene, 3)]).toEqual(originals)
    // Not all black, nor the pink of a texture that is not there.
    for (const { colours } of originals) {
      expect(colours.length).toBeGreaterThan(1)
      expect(colours).not.toContainEqual([1, 0, 1])
    }
  })
})

/** A sequence of tiles is there when its first tile is. */
function isThere(path: string): boolean {
  return existsSync(path.replace('<UDIM>', '1001').replace('<UVTILE>', 'u1_v1'))
}
