import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { rootFolder } from './root-folder.ts'

let home: string
beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'backlot-root-')))
  await mkdir(join(home, 'film'))
  await writeFile(join(home, 'film/a.blend'), '')
})
afterEach(() => rm(home, { recursive: true, force: true }))

const find = (root: string) => rootFolder(root, join(home, 'film/a.blend'), 'posix')

it('is the folder that was named, also when the .blend lies elsewhere', async () => {
  await mkdir(join(home, 'other'))
  expect(await find(join(home, 'film/../film/'))).toBe(join(home, 'film'))
  expect(await find(relative(process.cwd(), home))).toBe(home)
  expect(await find(join(home, 'other'))).toBe(join(home, 'other'))
})

it('is the real folder when a link to it was named', async (context) => {
  if (process.platform === 'win32') context.skip('links need a right of their own there')
  await symlink(join(home, 'film'), join(home, 'link'))
  expect(await find(join(home, 'link'))).toBe(join(home, 'film'))
})

it('has to be there, and a folder', async () => {
  for (const root of ['none', 'film/a.blend'])
    await expect(find(join(home, root))).rejects.toMatchObject({ code: 'pack.root_not_found' })
})
