import { existsSync } from 'node:fs'
import { mkdir, readdir, rename } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { blendersToTest, makeStudio } from '@backlot/blender/testing/blenders'
import { pack } from '@backlot/packing/pack'
import { filesOfListed, type Listed } from '@backlot/tests/coverage/listed'
import type { Way } from '@backlot/tests/coverage/results'
import { afterAll, describe, expect, test } from 'vitest'

/**
 * Packs of both kinds, opened and rendered by real Blenders in another folder than they were made in, with the originals
 * out of reach.
 */
const python = (name: string) => fileURLToPath(new URL(`./python/${name}.py`, import.meta.url))
const modes = ['project', 'zip'] as const

interface Opened extends Listed {
  read: unknown
}

interface Pixels {
  sha256: string
  colours: number[][]
}

describe.each(await blendersToTest())('Blender $version ($kind)', async (blender) => {
  const studio = await makeStudio()
  const folder = join(studio.folder, 'project')
  const [packs, elsewhere] = [join(studio.folder, 'packs'), join(studio.folder, 'another', 'machine')]
  await Promise.all([folder, packs, elsewhere].map((path) => mkdir(path, { recursive: true })))
  const commandFiles = [python('dependencies/commands'), python('packing')]
  const session = await studio.start(blender, { commandFiles })
  const { cases } = await session.run<{ cases: string[] }>('dependency_cases', { folder })
  const { names } = await session.run<{ names: string[] }>('scattered', {})
  afterAll(async () => {
    await session.close()
    await studio.clean()
  })

  /** Packs a file both ways; the main files of the packs, after they were moved to another folder. */
  async function packed(file: string, name: string): Promise<{ home: string; main: string }[]> {
    const made: { home: string; main: string }[] = []
    for (const mode of modes) {
      const [out, home] = [join(packs, `${name}.${mode}`), join(elsewhere, `${name}.${mode}`)]
      const result = await pack({ file, mode, out })
      expect([result.missing, result.isWhole]).toEqual([[], true])
      if (mode === 'zip') await session.run('unzipped', { zip: out, folder: home })
      else await rename(out, home)
      made.push({ home, main: join(home, result.mainFile) })
    }
    return made
  }

  test.each(cases)('%s, packed, needs nothing but its pack', async (name) => {
    const made = await session.run<Record<Way, Listed>>('dependency_case', { folder, name })
    for (const [way, { file }] of Object.entries(made)) {
      const [original] = await session.run<[Opened]>('opened', { files: [file] })
      const before = found(original)
      const copies = await packed(file, `${name}.${way}`)
      await rename(folder, `${folder} away`)
      try {
        const opened = await session.run<Opened[]>('opened', { files: copies.map(({ main }) => main) })
        for (const [index, { home }] of copies.entries()) {
          const after = found(opened[index] as Opened)
          // What led to nothing before may lead anywhere.
          const outside = [...after].filter(([path]) => !path.startsWith(`${home}/`))
          expect(outside.map(([path]) => path).filter((path) => before.get(path)?.length !== 0)).toEqual([])
          expect(byName(after)).toEqual(byName(before))
          expect(opened[index]?.read).toEqual(original.read)
        }
      } finally {
        await rename(`${folder} away`, folder)
      }
    }
  })

  test.each(names)('%s renders the same from its packs', async (name) => {
    const [home, far] = ['home', 'far'].map((part) => join(studio.folder, name, part)) as [string, string]
    const { file } = await session.run<{ file: string }>('scattered', { name, home, far })
    const render = async (scene: string): Promise<Pixels[]> => {
      const out = (frame: number): string => join(studio.folder, name, `${frame}.png`)
      const frames = []
      for (const frame of [1, 3]) {
        frames.push(await session.run<Pixels>('pixels', { file: scene, frame, out: out(frame) }))
      }
      return frames
    }
    const originals = await render(file)
    const copies = await packed(file, name)
    for (const path of [home, far].filter(existsSync)) await rename(path, `${path} away`)
    expect(await readdir(join(studio.folder, name))).not.toContain('home')
    for (const { main } of copies) expect(await render(main)).toEqual(originals)
    // Not all black, nor the pink of a texture that is not there.
    for (const { colours } of originals) {
      expect(colours.length).toBeGreaterThan(1)
      expect(colours).not.toContainEqual([1, 0, 1])
    }
  })
})

/** Every path that Blender lists, with the files that it leads to. */
function found({ needed, stands_for }: Listed): Map<string, string[]> {
  return new Map(needed.map((path) => [path, filesOfListed(path, stands_for[path])]))
}

/** What is there by its name only: a pack may have it in another folder. */
function byName(paths: ReadonlyMap<string, readonly string[]>): string[] {
  return [...paths]
    .flatMap(([path, files]) => files.map((file) => `${basename(path)}: ${relative(path, file)}`))
    .toSorted()
}
