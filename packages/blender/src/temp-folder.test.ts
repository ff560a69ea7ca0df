import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeTempFolder } from './temp-folder.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backlot-temp-'))
  vi.stubEnv('TMPDIR', folder)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})

test.skipIf(process.platform === 'win32')('old folders of dead processes are swept, all others stay', async () => {
  const dead = 4_194_305 // above the largest process id of Linux
  const names = {
    old: `backlot-blender-${dead}-a`,
    fresh: `backlot-blender-${dead}-b`,
    live: `backlot-blender-${process.pid}-c`,
    other: 'x',
  }
  for (const name of Object.values(names)) await mkdir(join(folder, name))
  for (const name of [names.old, names.live, names.other]) await utimes(join(folder, name), 0, 0)
  expect(existsSync(await makeTempFolder())).toBe(true)
  expect(Object.values(names).map((name) => existsSync(join(folder, name)))).toEqual([false, true, true, true])
})
